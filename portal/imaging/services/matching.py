"""Which stored stack an assembled one continues."""

from collections.abc import Sequence

from cmrkit.dicomio import AssembledStack
from portal.imaging.models import Stack

_SHARE = 0.5  # of the stored stack's frames that the new one must hold


def continued(
    latest: Sequence[Stack], assembled: Sequence[AssembledStack]
) -> list[tuple[AssembledStack, Stack | None]]:
    """Each assembled stack with the stored one that it is a version of.

    By key; and where late files changed what a group is told by, the stored stack whose frames
    the new one mostly holds: so versions, and what people said of a stack, go on.
    """
    by_key = {stack.key: stack for stack in latest}
    known = {a.key for a in assembled}
    orphans = [stack for key, stack in by_key.items() if key not in known]
    holders = {uid: stack.key for stack in orphans for uid in _frames(stack)}
    taken: set[str] = set()
    found: list[tuple[AssembledStack, Stack | None]] = []
    for one in assembled:
        stored = by_key.get(one.key)
        if stored is None and holders:
            stored = _mostly(one, holders, taken, {s.key: s for s in orphans})
            if stored is not None:
                taken.add(stored.key)
        found.append((one, stored))
    return found


def _mostly(
    one: AssembledStack, holders: dict[tuple[str, int], str], taken: set[str], by: dict[str, Stack]
) -> Stack | None:
    counts: dict[str, int] = {}
    for row in one.addresses:
        for address in row:
            key = holders.get((address[1], address[2])) if address else None
            if key is not None and key not in taken:
                counts[key] = counts.get(key, 0) + 1
    if not counts:
        return None
    key = max(counts, key=lambda k: (counts[k], k))
    return by[key] if counts[key] >= _SHARE * len(_frames(by[key])) else None


def _frames(stack: Stack) -> list[tuple[str, int]]:
    return [(a[1], a[2]) for row in stack.addresses for a in row if a]
