"""How adjudications and reference standards look on the wire. Readers are colours."""

from typing import Any

from api.v1.annotations.rendering import imported
from api.v1.protocols.rendering import protocol
from api.v1.reads.rendering import contents
from portal.accounts.models import User
from portal.adjudication.decisions import decisions_on
from portal.adjudication.dependants import dependants_of
from portal.adjudication.models import Adjudication, Decision, DecisionReason, ReferenceStandard
from portal.adjudication.readings import Reading
from portal.adjudication.selectors import readings_of, standing_decisions
from portal.agreement.selectors import shown_values
from portal.annotations.imports import opened_imports
from portal.projects.roles import Permission
from portal.projects.selectors import permissions_of
from portal.protocols.models import ProtocolVersion
from portal.protocols.selectors import rules_of


def brief(user: User, row: Adjudication) -> dict[str, Any]:
    """``AdjudicationBrief`` of the wire contract."""
    return {
        "id": row.pk,
        "case": {"id": row.case_id, "label": row.case.label},
        "state": "signed" if row.signed_at else "open",
        "kind": row.kind,
        "reasons": row.reasons,
        "opened_at": row.created_at,
        "assigned_to_me": row.adjudicator_id == user.pk,
        "reopened": row.reopens_id is not None,
    }


def detail(user: User, row: Adjudication) -> dict[str, Any]:
    """All readings in full, without who made them unless that may be known."""
    readings = readings_of(row)
    first = readings[0].read
    signed = reference_of(row)
    project = row.case.project
    return {
        **brief(user, row),
        "project": {"slug": project.slug, "name": project.name},
        "stack_id": first.stack_id,
        "protocol": _settled_of(first.protocol_version),
        "read_id": row.read_id if row.adjudicator_id == user.pk else None,
        "agreement": shown_values(row.comparison),
        "readings": [reading(found) for found in readings],
        "readers_masked": not readings[0].named,
        "decisions": decisions(row),
        "decision_reasons": [
            {"value": value, "title": title} for value, title in DecisionReason.choices
        ],
        "imported_annotations": [imported(found) for found in opened_imports(user, row.case)],
        "meetings": decisions_on(row.case),
        "report_url": report_url(signed) if signed else None,
        "reference": reference_brief(signed) if signed else None,
    }


def reading(found: Reading) -> dict[str, Any]:
    return {
        "key": found.key,
        "label": found.label,
        "reader": _reader(found) if found.named else None,
        **contents(found.contents),
        "measurements": found.function,
    }


def _reader(found: Reading) -> dict[str, Any]:
    reader = found.read.reader
    return {
        "kind": reader.kind,
        "label": reader.user.display_name if reader.user else reader.label,
    }


def decisions(row: Adjudication) -> list[dict[str, Any]]:
    return [_decision(found) for found in standing_decisions(row)]


def _decision(row: Decision) -> dict[str, Any]:
    return {
        "id": row.pk,
        "structure": row.structure,
        "sop_instance_uid": row.sop_instance_uid,
        "frame_number": row.frame_number,
        "source": row.source,
        "reason": row.reason,
        "note": row.note,
        "version": row.after,
        "author": row.author.display_name,
        "decided_at": row.created_at,
    }


def _settled_of(version: ProtocolVersion) -> dict[str, Any]:
    """The protocol with the structures that a reference standard is made of."""
    whole = protocol(version)
    measured = rules_of(version).measured_structures
    return {**whole, "structures": [s for s in whole["structures"] if s["code"] in measured]}


def reference_of(row: Adjudication) -> ReferenceStandard | None:
    return row.reference if row.signed_at else None


def reference_brief(row: ReferenceStandard) -> dict[str, Any]:
    """``ReferenceBrief`` of the wire contract."""
    return {
        "id": row.pk,
        "version": row.version,
        "digest": row.digest,
        "signed_by": row.signature.signer.display_name,
        "signed_at": row.signature.created_at,
        "meaning": row.signature.meaning,
        "measurements": row.content["measurements"],
        "answers": [
            {"question": code, "value": value} for code, value in row.content["answers"].items()
        ],
        "report_url": report_url(row),
        "reopened": {
            "at": row.reopened_at,
            "by": row.reopened_by.display_name,
            "reason": row.reopen_reason,
        }
        if row.reopened_by
        else None,
    }


def reference_version(user: User, row: ReferenceStandard) -> dict[str, Any]:
    """With what was made of it, for those who may reopen the case."""
    held = permissions_of(user, row.case.project)
    depending = dependants_of(row) if Permission.REOPEN_REFERENCE in held else []
    return {**reference_brief(row), "dependants": [vars(found) for found in depending]}


def report_url(row: ReferenceStandard) -> str:
    slug = row.case.project.slug
    address = f"/api/v1/projects/{slug}/cases/{row.case_id}/reference/report.pdf"
    return f"{address}?version={row.version}"
