"""The reference that the protocol's rule proposes where the readings agree. A person signs it."""

from portal.accounts.models import User
from portal.adjudication.merging import cells_of, wanted_from
from portal.adjudication.models import Adjudication, AdjudicationKind, DecisionReason
from portal.adjudication.readings import Reading, decisive_phases
from portal.adjudication.selectors import readings_of
from portal.adjudication.services.recording import keep_decisions
from portal.annotations.content import frame_positions
from portal.annotations.services.copying import write_contents
from portal.protocols.selectors import rules_of
from portal.reads.models import Read

_NOTE = "Proposed by the protocol's rule."


def propose(*, by: User, adjudication: Adjudication, read: Read) -> str | None:
    """Fill the adjudicator's new read; returns the rule, None where a person has to decide.

    ``designated`` is the read that was assigned first. Its answers and pins come along in any
    case: the readings agree on them."""
    if adjudication.kind != AdjudicationKind.CONFIRMATION:
        return None
    readings = readings_of(adjudication)
    rule: str = rules_of(read.protocol_version).adjudication["propose"]
    designated = _designated(readings)
    source = designated.key if rule == "designated" else rule
    positions = frame_positions(read.stack.addresses)
    phases = decisive_phases(readings)
    keys = {
        key
        for reading in readings
        for key in cells_of(reading)
        if positions[key.frame][1] in phases
    }
    op_id = f"proposal-{read.pk}"
    changes = write_contents(
        target=read,
        wanted=wanted_from(source, readings, keys, read.stack),
        keys=keys,
        op_id=op_id,
        entries=designated.contents.entries,
    )
    assert changes is not None  # the read is new
    keep_decisions(
        by=by,
        adjudication=adjudication,
        changes=changes,
        source=source,
        reason=DecisionReason.AGREED,
        note=_NOTE,
        op_id=op_id,
    )
    return rule


def _designated(readings: list[Reading]) -> Reading:
    people = [reading for reading in readings if not reading.by_model] or readings
    return min(people, key=lambda reading: (reading.read.created_at, reading.read.pk))
