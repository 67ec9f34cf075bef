from portal.core.errors import Conflict


class SubjectWithdrawn(Conflict):
    """The patient was withdrawn from this project; nothing of them comes back."""

    code = "subject_withdrawn"
    message = (
        "This subject was withdrawn from the project. The file was not stored; leave the subject "
        "out, or ask the data steward."
    )


class AlreadyWithdrawn(Conflict):
    code = "already_withdrawn"
    message = "This subject was withdrawn before. Nothing of it is left."
