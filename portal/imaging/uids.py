"""From the UIDs that the outside world knows to those that are stored here."""

from portal.projects.models import Project


def stored_uid(project: Project, uid: str) -> str:
    """The UID under which ``uid`` (of a study, an instance, a frame of reference) is stored in the
    project. Import keeps UIDs as they are, so it is the same; a procedure that replaces UIDs on the
    way in answers its replacement here, and files made elsewhere find their images all the same."""
    return uid
