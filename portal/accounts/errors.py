from portal.core.errors import Conflict, InvalidInput, NotAllowed, NotFound


class WrongPassword(NotAllowed):
    code = "wrong_password"
    message = "That is not your password. Nothing was signed or changed."


class SignInFailed(NotAllowed):
    code = "sign_in_failed"
    message = "E-mail and password don't match an active account."


class WeakPassword(InvalidInput):
    code = "weak_password"
    message = "Choose a stronger password."


class LinkExpired(NotFound):
    code = "link_expired"
    message = "This link has been used or has expired. Ask for a new one."


class EmailTaken(Conflict):
    code = "email_taken"
    message = "There is an account with this e-mail already."


class LastAdmin(Conflict):
    code = "last_admin"
    message = "The installation needs at least one active admin. Name another one first."


class PreferencesTooLarge(InvalidInput):
    code = "preferences_too_large"
    message = "Preferences take at most 32 kB of text. Remove what isn't needed."
