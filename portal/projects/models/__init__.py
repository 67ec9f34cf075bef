from portal.projects.models.invitation import Invitation
from portal.projects.models.membership import Membership
from portal.projects.models.project import NOT_DEIDENTIFIED, Project
from portal.projects.models.site import Site

__all__ = ["NOT_DEIDENTIFIED", "Invitation", "Membership", "Project", "Site"]
