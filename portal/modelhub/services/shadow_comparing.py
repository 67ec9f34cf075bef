"""What a draft in the shadow is worth: beside the champion's draft, and beside the reference once
there is one. A chore; nobody waits for it."""

from dataclasses import asdict, replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery

from cmrkit.agreement import compare_reads
from cmrkit.contracts import StackLabels, StackMeta
from cmrkit.volumes import counted_slices, lv_rv_function
from portal.adjudication.models import ReferenceStandard
from portal.adjudication.selectors import reference_labels
from portal.annotations.selectors import contents_of, labels_on
from portal.modelhub.models import ShadowDraft
from portal.protocols.selectors import rules_of
from portal.reads.models import Read, ReadPurpose

AT_ONCE = 10  # a chore is short; the rest has its turn next time
NUMBERS = ("edv_ml", "esv_ml", "ef_percent")
Compared = dict[str, Any]


def compare_shadows() -> int:
    """How many drafts were compared with something new."""
    rows = _due()
    for row in rows:
        _compare(row)
    return len(rows)


def _standing() -> Any:
    return ReferenceStandard.objects.filter(
        case=OuterRef("case"), reopened_at__isnull=True
    ).order_by("-version")


def _due() -> list[ShadowDraft]:
    """Drafts without the champion's beside them, where it has one on that stack; and drafts whose
    case has another reference than they were held against, or none any more."""
    champions = Read.objects.filter(
        case=OuterRef("case"),
        stack=OuterRef("stack"),
        purpose=ReadPurpose.DRAFT,
        reader=OuterRef("champion__reader"),
    )
    rows = (
        ShadowDraft.objects.filter(drafted_at__isnull=False)
        .annotate(signed=Subquery(_standing().values("digest")[:1]), has_champion=Exists(champions))
        .filter(
            Q(beside_champion__isnull=True, has_champion=True)
            | (Q(signed__isnull=False) & ~Q(reference_digest=F("signed")))
            | (Q(signed__isnull=True) & ~Q(reference_digest=""))
        )
    )
    found = rows.select_related("stack", "case", "champion__reader").order_by("drafted_at")
    return list(found[:AT_ONCE])


def _compare(row: ShadowDraft) -> None:
    champion = Read.objects.filter(
        case=row.case,
        stack=row.stack,
        purpose=ReadPurpose.DRAFT,
        reader=row.champion.reader,
    ).first()
    reference = (
        ReferenceStandard.objects.filter(case=row.case, reopened_at__isnull=True)
        .order_by("-version")
        .first()
    )
    meta, own = StackMeta.from_json(row.stack.meta), StackLabels.from_json(row.labels)
    theirs = labels_on(row.stack, contents_of(champion).annotations) if champion else None
    papillary = rules_of(champion.protocol_version).papillary if champion else "cavity"
    row.beside_champion = _between(meta, theirs, own, papillary) if theirs else None
    row.reference_digest = reference.digest if reference else ""
    row.beside_reference = _beside_reference(row, meta, reference, own, theirs)
    row.save(update_fields=["beside_champion", "beside_reference", "reference_digest"])


def _between(
    meta: StackMeta, first: StackLabels, second: StackLabels, papillary: str
) -> Compared | None:
    """Each at its own ED and ES; differences are second minus first."""
    functions = [asdict(lv_rv_function(meta, x, papillary=papillary)) for x in (first, second)]
    return _numbers(meta, first, second, functions)


def _beside_reference(
    row: ShadowDraft,
    meta: StackMeta,
    reference: ReferenceStandard | None,
    own: StackLabels,
    theirs: StackLabels | None,
) -> Compared | None:
    """Both models at the reference's ED and ES, between its base and apex, as in an evaluation."""
    if reference is None or theirs is None or not reference.content["assessable"]:
        return None
    if reference.content["stack"]["id"] != str(row.stack_id):
        return None  # signed on another version of the stack
    labels, measured = reference_labels(reference), reference.content["measurements"]
    phases = {name: reference.content[name] for name in ("ed_phase", "es_phase")}
    pins = {name: reference.content["pins"].get(name) for name in ("basal_slice", "apical_slice")}
    slices = counted_slices(meta, labels, **pins)

    def held(drawn: StackLabels) -> Compared:
        papillary = measured["convention"]["papillary"]
        counted = _between_slices(drawn, slices)
        function = asdict(lv_rv_function(meta, counted, papillary=papillary, **phases))
        return _numbers(meta, _between_slices(labels, slices), counted, [measured, function])

    return {"champion": held(theirs), "shadow": held(own)}


def _between_slices(labels: StackLabels, slices: tuple[int, int] | None) -> StackLabels:
    if slices is None:
        return labels
    first, last = slices
    frames = tuple(frame for frame in labels.frames if first <= frame.slice_index <= last)
    return replace(labels, frames=frames)


def _numbers(
    meta: StackMeta, first: StackLabels, second: StackLabels, functions: list[dict[str, Any]]
) -> Compared:
    found = compare_reads(meta, first, second, functions[0], functions[1], {})
    by_name = {difference["name"]: difference["delta"] for difference in found.differences}
    return {
        "dice": {row["structure"]: row["pooled"] for row in found.dice},
        "differences": {name: by_name[name] for name in NUMBERS},
    }
