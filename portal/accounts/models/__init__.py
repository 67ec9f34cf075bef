from portal.accounts.models.api_token import ApiToken
from portal.accounts.models.notification import Notification
from portal.accounts.models.one_time_link import OneTimeLink
from portal.accounts.models.preference import Preference
from portal.accounts.models.signature import Signature
from portal.accounts.models.user import User
from portal.accounts.models.user_session import UserSession

__all__ = [
    "ApiToken",
    "Notification",
    "OneTimeLink",
    "Preference",
    "Signature",
    "User",
    "UserSession",
]
