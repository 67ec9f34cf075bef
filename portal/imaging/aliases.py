"""What an assignment calls things: UIDs, ids of rows and tags of its own, so that two readings of
one case have no name in common.

``scope`` is the assignment's id; imaging doesn't know what kind of assignment that is. An alias is
a keyed hash under the installation's pseudonym key: the same on every process and after every
restart, made by nobody who hasn't the key, and known to be somebody's only to whoever holds both
names. The way back is a table of what the assignment may name (``stored_by_alias``).
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

# UIDs that the standard itself gives out: classes, syntaxes, well-known frames of reference
_STANDARD = "1.2.840.10008."
_UID_ROOT = "2.25."  # UUIDs as UIDs (PS3.5 B.2)


@dataclass(frozen=True, slots=True)
class Names:
    """``scope`` None: things under their own names."""

    scope: UUID | None = None

    def uid(self, stored: str) -> str:
        """The UID as it leaves; a standard's own UID, and no UID, stay."""
        if self.scope is None or not stored or stored.startswith(_STANDARD):
            return stored
        return _uid_alias(self.scope, stored)

    def row_id(self, stored: UUID | str) -> UUID:
        """The id of a row, such as a stack's."""
        own = stored if isinstance(stored, UUID) else UUID(stored)
        return own if self.scope is None else _row_alias(self.scope, own)

    def tag(self, content: str) -> str:
        """What names a content, such as its hash, as an opaque text of 32 characters: for two
        assignments different. Under own names the first 32 characters of the hash itself."""
        if self.scope is None:
            return content[:32]
        return _mac(self.scope, b"tag:" + content.encode()).hex()

    def stored_by_alias(self, uids: Iterable[str]) -> dict[str, str]:
        return {self.uid(uid): uid for uid in uids}


OWN = Names()


def renamed(value: Any, names: Names, uids: frozenset[str], rows: frozenset[str]) -> Any:
    """JSON with every text under the keys ``uids`` taken as a UID and under the keys ``rows`` as
    the id of a row."""
    if names.scope is None:
        return value
    if isinstance(value, list | tuple):
        return [renamed(item, names, uids, rows) for item in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, item in value.items():
        if key in uids and isinstance(item, str):
            found[key] = names.uid(item)
        elif key in rows and isinstance(item, str):
            found[key] = str(names.row_id(item))
        else:
            found[key] = renamed(item, names, uids, rows)
    return found


def _mac(scope: UUID, message: bytes) -> bytes:
    key = settings.ACCORD_PSEUDONYM_KEY.encode()
    return hmac.digest(key, b"names:" + scope.bytes + message, "sha256")[:16]


@lru_cache(maxsize=1 << 16)
def _uid_alias(scope: UUID, stored: str) -> str:
    return f"{_UID_ROOT}{UUID(bytes=_mac(scope, b'uid:' + stored.encode()), version=4).int}"


@lru_cache(maxsize=1 << 15)
def _row_alias(scope: UUID, stored: UUID) -> UUID:
    return UUID(bytes=_mac(scope, b"row:" + stored.bytes), version=4)
