"""How adjudications and reference standards look on the wire. Readers are Blue and Orange."""

from typing import Any

from api.v1.annotations.rendering import imported
from api.v1.protocols.rendering import protocol
from api.v1.reads.rendering import contents
from portal.accounts.models import User
from portal.adjudication.models import Adjudication, ReferenceStandard
from portal.adjudication.selectors import source_read
from portal.agreement.compute import KEYS
from portal.annotations.imports import opened_imports
from portal.annotations.selectors import contents_of
from portal.measurements.services.measuring import measure
from portal.reads.models import Read


def brief(user: User, row: Adjudication) -> dict[str, Any]:
    """``AdjudicationBrief`` of the wire contract."""
    return {
        "id": row.pk,
        "case": {"id": row.case_id, "label": row.case.label},
        "state": "signed" if row.signed_at else "open",
        "kind": row.kind,
        "reasons": row.comparison.values["reasons"],
        "opened_at": row.created_at,
        "assigned_to_me": row.adjudicator_id == user.pk,
    }


def detail(user: User, row: Adjudication) -> dict[str, Any]:
    """Both readings in full, without who made them."""
    blue = Read.objects.select_related("protocol_version__protocol", "stack").get(
        pk=row.comparison.read_a_id
    )
    signed = reference_of(row)
    project = row.case.project
    return {
        **brief(user, row),
        "project": {"slug": project.slug, "name": project.name},
        "stack_id": blue.stack_id,
        "protocol": protocol(blue.protocol_version),
        "read_id": row.read_id if row.adjudicator_id == user.pk else None,
        "agreement": row.comparison.values,
        "readings": [reading(row, key, label) for key, label in KEYS],
        "imported_annotations": [imported(found) for found in opened_imports(user, row.case)],
        "report_url": report_url(signed) if signed else None,
        "reference": reference_brief(signed) if signed else None,
    }


def reading(row: Adjudication, key: str, label: str) -> dict[str, Any]:
    read = Read.objects.select_related("protocol_version", "stack").get(pk=source_read(row, key).pk)
    found = contents_of(read)
    return {
        "key": key,
        "label": label,
        **contents(found),
        "measurements": measure(read, found),
    }


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
    }


def report_url(row: ReferenceStandard) -> str:
    slug = row.case.project.slug
    return f"/api/v1/projects/{slug}/cases/{row.case_id}/reference/report.pdf"
