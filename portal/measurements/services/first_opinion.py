"""A first opinion before the AI is shown, in protocols that ask for one; what changed
afterwards. What is recorded follows DECIDE-AI: times, changes, reasons."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.annotations.models import Annotation
from portal.annotations.services.drafts import apply_draft, newest_draft, newest_drafts
from portal.audit.services import record_in_project
from portal.core import clock
from portal.core.errors import Conflict
from portal.measurements.services.freezing import Freezes, Frozen, freeze_contents
from portal.measurements.services.measuring import measure
from portal.protocols.schema import Rules, same_answer
from portal.protocols.selectors import rules_of
from portal.reads.errors import ReasonNeeded
from portal.reads.models import READ_BY_READERS, FirstOpinion, Read
from portal.reads.services.lifecycle import lock_open_read, require_own

AFTER_FIRST = "after_first"
# number -> the protocol's band for it
NUMBERS: dict[str, str | None] = {
    "edv_ml": "edv_ml",
    "esv_ml": "esv_ml",
    "ef_percent": "ef_points",
    "mass_g": "mass_g",
    "rv_edv_ml": None,
    "rv_esv_ml": None,
    "rv_ef_percent": None,
}


class FirstOpinionMissing(Conflict):
    code = "first_opinion_missing"
    message = "Submit your first opinion; the AI is shown after that, and then the final reading."


class NoFirstOpinion(Conflict):
    code = "no_first_opinion"
    message = "This protocol doesn't ask for a first opinion, or it was given already."


@dataclass(frozen=True)
class AiOpinion:
    """What the AI says of the case, once the reader may know. None of it is the reader's."""

    model: str
    numbers: dict[str, float | None]
    contours: list[Annotation]


@transaction.atomic
def give_first_opinion(*, by: User, read: Read, op_id: str, freezes: Freezes) -> FirstOpinion:
    """Freeze what the reader says now, then show the AI in the same read. A repeated ``op_id`` is
    answered."""
    require_own(by=by, read=read, purposes=READ_BY_READERS)
    locked = lock_open_read(read)
    known = FirstOpinion.objects.filter(read=read).first()
    if known is not None and known.op_id == op_id:
        return known
    if known is not None or rules_of(read.protocol_version).ai != AFTER_FIRST:
        raise NoFirstOpinion()
    frozen = freeze_contents(read=read, freezes=freezes)
    now = clock.now()
    row = FirstOpinion.objects.create(
        read=read,
        submitted_at=now,
        op_id=op_id,
        digest=frozen.digest,
        versions=_versions(frozen),
        answers=frozen.answers,
        numbers=_frozen_numbers(frozen),
    )
    Read.objects.filter(pk=read.pk).update(ai_shown_at=now, started_at=locked.started_at or now)
    read.refresh_from_db()
    for draft in newest_drafts(read):
        apply_draft(read=read, draft=draft)
        if draft.stack_id == read.stack_id:
            Read.objects.filter(pk=read.pk).update(draft_source=draft)
    record_in_project(
        project_id=read.case.project_id,
        by=by,
        action="read.first_opinion",
        target_type="read",
        target_id=read.pk,
        details={"case": str(read.case_id), "digest": frozen.digest},
    )
    return row


def close_first_opinion(*, read: Read, frozen: Frozen, reason: str) -> None:
    """With the final submit, under the read's lock: what changed since the first opinion. Raises
    FirstOpinionMissing, or ReasonNeeded where a change beyond the bands has none."""
    rules = rules_of(read.protocol_version)
    if rules.ai != AFTER_FIRST:
        return
    row = FirstOpinion.objects.filter(read=read).first()
    if row is None:
        raise FirstOpinionMissing()
    change = change_between(row, frozen, rules)
    if change["beyond"] and not reason.strip():
        raise ReasonNeeded(
            "The final reading differs from the first opinion beyond the protocol's limits "
            f"({', '.join(change['beyond'])}). Give the reason.",
            reason=[ReasonNeeded.message],
            beyond=change["beyond"],
        )
    FirstOpinion.objects.filter(pk=row.pk).update(change=change, reason=reason.strip()[:500])


def change_between(row: FirstOpinion, frozen: Frozen, rules: Rules) -> dict[str, Any]:
    """Answers and numbers before and after; ``beyond`` names what went over a band, or was answered
    otherwise. ``contours`` counts those that are not the same revision any more."""
    after = _frozen_numbers(frozen)
    numbers = {
        name: {"before": row.numbers.get(name), "after": after[name]}
        for name in NUMBERS
        if row.numbers.get(name) != after[name]
    }
    answers = [
        {"question": q["code"], "before": row.answers.get(q["code"]), "after": given}
        for q in rules.questions
        if not same_answer(q, row.answers.get(q["code"]), given := frozen.answers.get(q["code"]))
    ]
    beyond = [name for name, pair in numbers.items() if _beyond(pair, NUMBERS[name], rules.bands)]
    beyond += [answer["question"] for answer in answers]
    before = {tuple(key[:3]): key[3] for key in row.versions["contours"]}
    now = {tuple(key[:3]): key[3] for key in _versions(frozen)["contours"]}
    changed = [key for key in before.keys() | now.keys() if before.get(key) != now.get(key)]
    return {
        "numbers": numbers,
        "answers": answers,
        "beyond": beyond,
        "contours": len(changed),
    }


def ai_opinion(read: Read) -> AiOpinion | None:
    """The draft's numbers and contours for a reader to whom the AI is shown; else None."""
    if not read.sees_ai:
        return None
    draft = newest_draft(read.case, read.stack)
    if draft is None:
        return None
    return AiOpinion(
        model=draft.reader.label,
        numbers=_numbers(measure(draft)),
        contours=list(draft.annotations.order_by("structure", "sop_instance_uid", "frame_number")),
    )


def _beyond(
    pair: dict[str, float | None], band_name: str | None, bands: dict[str, float | None]
) -> bool:
    band = bands.get(band_name) if band_name else None
    before, after = pair["before"], pair["after"]
    if band is None:
        return False
    return before is None or after is None or abs(after - before) > band


def _frozen_numbers(frozen: Frozen) -> dict[str, float | None]:
    """None of a case that can't be assessed, whatever contours lie in the read."""
    return _numbers(frozen.function if frozen.assessable else {})


def _numbers(function: dict[str, Any]) -> dict[str, float | None]:
    return {name: function.get(name) for name in NUMBERS}


def _versions(frozen: Frozen) -> dict[str, Any]:
    contours = [
        [a.structure, a.sop_instance_uid, a.frame_number, a.version, a.revision_hash]
        for a in frozen.annotations
    ]
    entries = [
        [entry.kind, entry.name, entry.version]
        for entry in (*frozen.contents.answer_entries, *frozen.contents.pin_entries)
    ]
    return {"contours": contours, "entries": entries}
