"""All frames of a stack in one answer: beyond the standard (docs/adr/0018)."""

from uuid import UUID

from api.dicomweb.accept import choose
from api.dicomweb.exchange import Ask, Reply, not_modified
from portal.imaging.assigned_stacks import find_stack
from portal.imaging.services.stack_streams import stack_stream, stream_tag

STACK_TYPE = "application/vnd.accord.stack"


def stack(ask: Ask, stack_id: str | UUID) -> Reply:
    """The frames in display order, packed, the first before the last is read. The answer names
    slices and phases and no UIDs: it tells a blinded reader nothing that a frame doesn't."""
    choose(ask.accept, (STACK_TYPE,))
    row, names = find_stack(ask.visitor.access, ask.visitor.project_id, UUID(str(stack_id)))
    stored = stream_tag(row)
    tag = names.tag(stored)
    if ask.holds(tag):
        return not_modified(tag)
    return Reply(200, stack_stream(row, stored), STACK_TYPE).tagged(tag)
