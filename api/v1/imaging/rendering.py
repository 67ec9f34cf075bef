"""Studies and stacks as the wire contract has them."""

from typing import Any

from django.urls import reverse

from portal.imaging.aliases import OWN, Names, renamed
from portal.imaging.models import Series, Stack, StackLabel, Study
from portal.imaging.selectors import doubt_of

INCOMPLETE = ("missing_frames", "missing_slices", "missing_phases")
UID_KEYS = frozenset({"study_uid", "series_uid", "sop_instance_uid", "frame_of_reference_uid"})
ROW_KEYS = frozenset({"stack_id"})
SHOWN_TEXT = 300  # characters of a description; the rest is in the metadata


def stack_summary(
    stack: Stack,
    slug: str,
    label: StackLabel | None = None,
    names: Names = OWN,
    *,
    checked: bool = False,
) -> dict[str, Any]:
    """``checked`` adds what the pixels say against kind and view: for those who may correct them or
    run the project, not for readers at work."""
    return {
        "id": names.row_id(stack.pk),
        "version": stack.version,
        "sequence_kind": stack.sequence_kind,
        "view": stack.view,
        "time_axis": stack.time_axis,
        "component": stack.component,
        "condition": stack.condition,
        "found": {
            "sequence_kind": stack.found_kind or stack.sequence_kind,
            "confidence": stack.confidence,
            "reason": stack.reason,
            "view": stack.found_view or stack.view,
            "view_confidence": stack.view_confidence,
            "view_reason": stack.view_reason,
        },
        "correction": correction(label) if label else None,
        "n_slices": stack.n_slices,
        "n_phases": stack.n_phases,
        "complete": not any(f["code"] in INCOMPLETE for f in stack.findings),
        "findings": [{"severity": "warning", **f} for f in _findings(stack, checked)],
        "thumbnail_url": reverse("stack-thumbnail", args=[slug, names.row_id(stack.pk)]),
    }


def _findings(stack: Stack, checked: bool) -> list[dict[str, Any]]:
    doubt = doubt_of(stack) if checked else None
    if doubt is None:
        return list(stack.findings)
    told = {**doubt.to_json(), "slice_index": None}
    del told["slice"]
    return [told, *stack.findings]


def correction(label: StackLabel) -> dict[str, Any]:
    """Empty values weren't corrected. The person is named by id alone."""
    return {
        "sequence_kind": label.sequence_kind,
        "view": label.view,
        "actor_id": label.actor_id,
        "at": label.at,
    }


def study(row: Study, slug: str, *, as_stored: bool, full: bool = False) -> dict[str, Any]:
    """``row`` comes from ``with_stacks``. Where a duty alone opens the images ``as_stored`` is
    False: no label, by which two readers could find that they read the same case, and nothing that
    DICOM says."""
    labels = {label.key: label for label in row.stack_labels.all()} if as_stored else {}
    found: dict[str, Any] = {
        "id": row.pk,
        "study_uid": row.study_uid,
        "case": {"id": row.case.pk, "label": row.case.label} if row.case and as_stored else None,
        "label": row.label if as_stored else "",
        "study_date": row.study_date if as_stored else "",
        "description": row.description[:SHOWN_TEXT] if as_stored else "",
        "modality": row.modality,
        "n_series": row.n_series,  # type: ignore[attr-defined]
        "n_instances": row.n_instances,  # type: ignore[attr-defined]
        "stacks": [
            stack_summary(s, slug, labels.get(s.key), checked=as_stored)
            for s in row.latest  # type: ignore[attr-defined]
        ],
        "thumbnail_url": reverse("study-thumbnail", args=[slug, row.pk]) if row.thumbnail else None,
        "deid_procedure": row.deid_procedure,
        "imported_at": row.created_at,
    }
    if full:
        found["series"] = [
            series(s, as_stored=as_stored) for s in row.series.order_by("number", "series_uid")
        ]
    return found


def series(row: Series, *, as_stored: bool) -> dict[str, Any]:
    return {
        "series_uid": row.series_uid,
        "description": row.description[:SHOWN_TEXT] if as_stored else "",
        "number": row.number,
        "modality": row.modality,
        "sequence_kind": row.sequence_kind,
        "view": row.view,
        "n_instances": row.instances.count(),
    }


def stack_detail(stack: Stack, slug: str, names: Names, *, as_stored: bool) -> dict[str, Any]:
    """As for ``study``: a duty alone opens the images without the case's name; a read, under the
    aliases of its own."""
    case = {"id": stack.study.case_id, "label": stack.study.label}
    as_stored = as_stored and names.scope is None
    found = {
        "id": names.row_id(stack.pk),
        "version": stack.version,
        "study_uid": stack.study.study_uid,
        "case": case if as_stored else {"id": None, "label": ""},
        "dicomweb_root": f"/dicomweb/{slug}",
        "meta": stack.meta,
        "frames": [
            [
                None
                if address is None
                else {
                    "study_uid": stack.study.study_uid,
                    "series_uid": address[0],
                    "sop_instance_uid": address[1],
                    "frame_number": address[2],
                }
                for address in row
            ]
            for row in stack.addresses
        ],
        "findings": [{"severity": "warning", **f} for f in stack.findings],
    }
    shown: dict[str, Any] = renamed(found, names, UID_KEYS, ROW_KEYS)
    return shown
