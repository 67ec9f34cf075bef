from portal.core.errors import Conflict, InvalidInput, NotFound


class SlugTaken(Conflict):
    code = "slug_taken"
    message = "A project with this short name exists. Choose another one."


class UnknownPerson(InvalidInput):
    code = "unknown_person"
    message = "Nobody here has this e-mail. Invite them by link instead."


class LastOwner(Conflict):
    code = "last_owner"
    message = "A project needs an owner. Name another one first."


class InvitationExpired(NotFound):
    code = "invitation_expired"
    message = "This invitation has been used, was withdrawn or has expired. Ask for a new one."


class InvitationForAnother(Conflict):
    code = "invitation_for_another"
    message = "This invitation was made for another e-mail. Sign in with that account."


class DeidentificationFixed(Conflict):
    code = "deidentification_fixed"
    message = (
        "Studies are stored here, so the way files are de-identified can't change any more. "
        "Create another project for it."
    )
