"""What higher apps do in the transaction that closes an account; ``accounts`` knows none."""

from collections.abc import Callable

from portal.accounts.models import User

ClosingHook = Callable[[User], None]

_hooks: list[ClosingHook] = []


def register_closing_hook(hook: ClosingHook) -> None:
    """Call once, from ``AppConfig.ready``."""
    if hook not in _hooks:
        _hooks.append(hook)


def run_closing_hooks(user: User) -> None:
    for hook in _hooks:
        hook(user)
