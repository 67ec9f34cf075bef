"""The way back from an assignment's aliases: what its reader sends names frames and stacks as the
read knows them, and is stored under their own names."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from portal.accounts.models import User
from portal.core.caching import Recent
from portal.imaging.aliases import Names
from portal.imaging.models import Stack
from portal.reads.models import Read
from portal.reads.opened_images import names_for

_KEPT = 256  # tables in the process, of some hundred frames each
UNKNOWN = ""  # no UID: what a read doesn't name is refused like any frame that isn't there
_tables: Recent[dict[str, str]] = Recent(_KEPT)


class WayBack:
    """Aliases of one read to what is stored. For who sees own names those mean themselves."""

    def __init__(self, user: User, read: Read) -> None:
        self.names = names_for(user, read)
        # a journal may have been written before the person's role opened everything
        self._aliases = Names(read.pk)
        self._read = read

    def uid(self, sent: str) -> str:
        """Of an instance or a frame of reference of the case."""
        for stack in self._stacks():
            found = self._table(stack).get(sent)
            if found is not None:
                return found
        return sent if self.names.scope is None else UNKNOWN

    def stack_id(self, sent: str) -> str:
        for stack in self._stacks():
            if str(self._aliases.row_id(stack.pk)) == sent:
                return str(stack.pk)
        return sent if self.names.scope is None else UNKNOWN

    def world_object(self, value: Any) -> Any:
        """A landmark or measurement as it is stored; what is no object stays as it is."""
        if not isinstance(value, dict):
            return value
        found = dict(value)
        for name in ("sop_instance_uid", "frame_of_reference_uid"):
            if isinstance(found.get(name), str):
                found[name] = self.uid(found[name])
        if isinstance(found.get("stack_id"), str):
            found["stack_id"] = self.stack_id(found["stack_id"])
        return found

    def _stacks(self) -> Iterable[Stack]:
        """The one that is read first; the case's others are asked for where that isn't enough."""
        yield self._read.stack
        others = Stack.objects.filter(study__case_id=self._read.case_id)
        yield from others.exclude(pk=self._read.stack_id).only("pk", "addresses", "meta")

    def _table(self, stack: Stack) -> dict[str, str]:
        key = (self._read.pk, stack.pk)
        known = _tables.get(key)
        if known is None:
            uids = {address[1] for row in stack.addresses for address in row if address}
            reference = stack.meta.get("frame_of_reference_uid")
            if reference:
                uids.add(str(reference))
            known = _tables.put(key, self._aliases.stored_by_alias(uids))
        return known


def stack_sent(user: User, read: Read, stack_id: UUID | str) -> str:
    """The stored id behind the one that a person names in what they say about the read."""
    return WayBack(user, read).stack_id(str(stack_id))
