"""API tokens for tests that come as a real client."""

from portal.accounts.models import User
from portal.accounts.services.tokens import make_token


def token_for(user: User) -> str:
    _, text = make_token(by=user, name="test")
    return text
