"""Signing: the reference standard is made, signed and locked in one transaction."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.accounts.services.signing import check_password, sign
from portal.adjudication.errors import AdjudicationClosed, AdjudicationTaken
from portal.adjudication.models import Adjudication, Decision, ReferenceStandard
from portal.adjudication.selectors import source_reads, standing_decisions
from portal.adjudication.services.recording import cell_of
from portal.adjudication.services.settling import own_open_read, require_adjudicator
from portal.annotations.content import ContourKey, frame_positions
from portal.annotations.models import Origin
from portal.annotations.selectors import key_of
from portal.audit.services import record_in_project
from portal.cases.models import Case, CaseState
from portal.core.errors import InvalidInput
from portal.core.events import publish_changed
from portal.core.hashing import digest
from portal.measurements.services.freezing import Freezes, Frozen, freeze_contents
from portal.reads.blinding import progress_watchers
from portal.reads.models import Read, ReadPurpose, ReadState

MAX_MEANING = 200


def sign_reference(
    *,
    by: User,
    adjudication: Adjudication,
    op_id: str,
    password: str,
    meaning: str,
    freezes: Freezes,
) -> ReferenceStandard:
    """Lock what the adjudicator's read says. The same ``op_id`` again answers the same reference;
    a second signature by anyone is refused."""
    require_adjudicator(by, adjudication)
    if not meaning.strip() or len(meaning) > MAX_MEANING:
        raise InvalidInput(meaning=[f"State what your signature means, in {MAX_MEANING} letters."])
    check_password(by=by, password=password)  # before any lock is held: hashing is slow
    with transaction.atomic():
        case = (
            Case.objects.select_for_update(of=("self",), no_key=True)
            .select_related("project")
            .get(pk=adjudication.case_id)
        )
        row = Adjudication.objects.select_for_update(of=("self",), no_key=True).get(
            pk=adjudication.pk
        )
        if row.signed_at is not None:
            return _repeat(by, row, op_id)
        read = own_open_read(by, row)
        Read.objects.select_for_update(no_key=True).get(pk=read.pk)
        frozen = freeze_contents(read=read, freezes=freezes)
        content = reference_content(row, read, frozen)
        covered = digest(content)
        reference_id = uuid.uuid4()
        signature = sign(
            by=by,
            password=password,
            meaning=meaning.strip(),
            project_id=case.project_id,
            target_type="reference",
            target_id=reference_id,
            digest=covered,
        )
        newest = ReferenceStandard.objects.filter(case=case).aggregate(n=Max("version"))["n"]
        reference = ReferenceStandard.objects.create(
            id=reference_id,
            case=case,
            version=(newest or 0) + 1,
            adjudication=row,
            content=content,
            digest=covered,
            signature=signature,
        )
        _close(by, case, row, read, frozen, op_id)
        record_in_project(
            project_id=case.project_id,
            by=by,
            action="reference.locked",
            target_type="reference",
            target_id=reference.pk,
            details={"case": str(case.pk), "digest": covered, "version": reference.version},
        )
        _tell(case)
    return reference


def reference_content(adjudication: Adjudication, read: Read, frozen: Frozen) -> dict[str, Any]:
    """What the signature covers. No name and no patient identity: ids, contours, answers,
    numbers."""
    positions = frame_positions(read.stack.addresses)
    decisions = list(standing_decisions(adjudication))
    by_ai = _taken_from_the_ai(adjudication, decisions)
    return {
        "schema": 2,
        "case": str(read.case_id),
        "stack": {
            "id": str(read.stack_id),
            "version": read.stack.version,
            "content_hash": read.stack.content_hash,
        },
        "protocol": {
            "id": str(read.protocol_version.protocol_id),
            "version": read.protocol_version.number,
        },
        "assessable": frozen.assessable,
        "ed_phase": frozen.function["ed_phase"] if frozen.assessable else None,
        "es_phase": frozen.function["es_phase"] if frozen.assessable else None,
        "labels": [
            {
                **key_of(row)._asdict(),
                "slice": positions[key_of(row).frame][0],
                "phase": positions[key_of(row).frame][1],
                "parts": row.parts,
                # taken while nobody could know that it was the AI's
                "origin": Origin.AI if (key_of(row), row.version) in by_ai else row.origin,
                "state": row.state,
                "version": row.version,
                "revision_hash": row.revision_hash,
            }
            for row in frozen.annotations
            if row.parts
        ],
        "answers": frozen.answers,
        "pins": frozen.contents.pins,
        "measurements": frozen.function if frozen.assessable else None,
        "readings": sorted(
            read.submitted_digest or str(read.pk) for read in source_reads(adjudication).values()
        ),
        "adjudication": {
            "id": str(adjudication.pk),
            "kind": adjudication.kind,
            "reasons": adjudication.reason_codes.split(),
        },
        "decisions": [
            {**cell_of(row)._asdict(), "source": row.source, "reason": row.reason, "note": row.note}
            for row in sorted(decisions, key=cell_of)
        ],
    }


def _taken_from_the_ai(
    adjudication: Adjudication, decisions: list[Decision]
) -> set[tuple[ContourKey, int]]:
    """Contours, by version, that came from the AI's reading and were not edited after."""
    reads = source_reads(adjudication)
    by_model = {key for key, read in reads.items() if read.purpose == ReadPurpose.DRAFT}
    return {(cell_of(row), row.after) for row in decisions if row.source in by_model}


def _repeat(by: User, row: Adjudication, op_id: str) -> ReferenceStandard:
    if row.adjudicator_id != by.pk:
        raise AdjudicationTaken()
    if row.sign_op_id != op_id:
        raise AdjudicationClosed()
    return ReferenceStandard.objects.select_related("signature__signer", "case__project").get(
        adjudication=row
    )


def _close(by: User, case: Case, row: Adjudication, read: Read, frozen: Frozen, op_id: str) -> None:
    now = timezone.now()
    signed = Adjudication.objects.filter(
        pk=row.pk, signed_at__isnull=True, voided_at__isnull=True, adjudicator=by
    ).update(signed_at=now, sign_op_id=op_id)
    if not signed:
        raise AdjudicationClosed()
    Read.objects.filter(pk=read.pk).update(
        state=ReadState.SUBMITTED,
        submitted_at=now,
        submitted_digest=frozen.digest,
        submit_op_id=op_id,
    )
    case.state = CaseState.LOCKED
    case.save(update_fields=["state", "updated_at"])


def _tell(case: Case) -> None:
    slug = case.project.slug
    watchers = progress_watchers(case)
    notify(
        user_ids=watchers,
        kind="case_locked",
        text=f"The reference standard of {case.label} is signed and locked.",
        href=f"/p/{slug}/cases/{case.pk}",
        project=slug,
    )
    publish_changed(user_ids=watchers, model="case", object_id=case.pk, project=slug)
