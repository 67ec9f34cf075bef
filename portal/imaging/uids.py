"""From the UIDs that the outside world knows to those that are stored here."""

from cmrkit.deid import Option
from portal.projects.deidentification import procedure_of, project_keys
from portal.projects.models import Project


def stored_uid(project: Project, uid: str) -> str:
    """The UID under which ``uid`` (of a study, an instance, a frame of reference) is stored in the
    project: the same, or, where the project de-identifies, the one that stands for it."""
    procedure = procedure_of(project)
    if procedure is None or Option.UIDS in procedure.options:
        return uid
    return project_keys(project).uid(uid)
