"""Sorting a study's instances into stacks; a new version when late frames arrive."""

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cmrkit.dicomio import AssembledStack, assemble_stacks
from portal.imaging.models import Instance, Series, Stack, StackLabel, Study
from portal.imaging.selectors import LEAD_KIND, LEAD_VIEW, header_of
from portal.imaging.services.indexing import index_series, refresh_study
from portal.imaging.services.matching import continued
from portal.imaging.services.thumbnails import thumbnail

MOST_THUMBNAILS = 64  # of one study, the largest stacks first: a file may hold thousands of planes
_REASON = 300  # characters that a reason may have


@transaction.atomic
def assemble_study(*, study: Study) -> list[Stack]:
    """Assemble anew under the study's lock; returns the stack versions that were made.

    A stack whose frames are the same keeps its version, and takes over what is found now. One
    that no longer comes about isn't the latest of anything; reads that pinned it keep it. What
    people said of a stack goes on by its key.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    Study.objects.filter(pk=study.pk).update(stacks_due_at=None)
    instances = list(
        Instance.objects.filter(series__study=study)
        .select_related("series__study")
        .order_by("series__number", "instance_number", "sop_instance_uid")
    )
    hashes = {i.sop_instance_uid: i.blob_id for i in instances}
    labels = {label.key: label for label in StackLabel.objects.filter(study=study)}
    latest = list(Stack.objects.filter(study=study, is_latest=True).defer("thumbnail"))
    assembled = assemble_stacks(header_of(i) for i in instances)
    pairs = continued(latest, assembled)
    keys = {one.key: stored.key if stored else one.key for one, stored in pairs}
    _retire(latest, kept={stored.pk for _, stored in pairs if stored})
    made = []
    for number, (one, stored) in enumerate(pairs):
        key = keys[one.key]
        found = _found(one, labels.get(key), [keys[k] for k in one.siblings])
        if stored is not None and stored.content_hash == one.content_hash:
            _refresh(stored, found)
        else:
            made.append(
                _store(study, one, stored, found, hashes if number < MOST_THUMBNAILS else {})
            )
    fill_series(study)
    if made:
        _show_lead(study)
    refresh_study([study.pk])
    index_series(study.series.values_list("pk", flat=True))
    return made


def assemble_due(quiet_s: float = 2.0, *, busy: QuerySet[Study] | None = None) -> int:
    """Assemble studies that got files and no end of an import: sent one by one, or by a process
    that was killed. Those that still get files wait until it is quiet, and so do the ``busy``.
    Answers how many."""
    due = Study.objects.filter(stacks_due_at__lt=timezone.now() - timedelta(seconds=quiet_s))
    if busy is not None:
        due = due.exclude(pk__in=busy.values("pk"))
    studies = list(due.order_by("stacks_due_at")[:100])
    for study in studies:
        assemble_study(study=study)
    return len(studies)


def _retire(latest: list[Stack], *, kept: set[Any]) -> None:
    gone = [s.pk for s in latest if s.pk not in kept]
    Stack.objects.filter(pk__in=gone).update(is_latest=False)


def _found(one: AssembledStack, label: StackLabel | None, siblings: list[str]) -> dict[str, Any]:
    """The fields that follow from what was found and what a person said."""
    kind, meta = one.classification, one.meta
    said_kind = (label.sequence_kind if label else "") or kind.sequence_kind
    said_view = (label.view if label else "") or kind.view
    return {
        "sequence_kind": said_kind,
        "view": said_view,
        "found_kind": kind.sequence_kind,
        "found_view": kind.view,
        "confidence": kind.confidence,
        "reason": kind.reason[:_REASON],
        "view_confidence": kind.view_confidence,
        "view_reason": kind.view_reason[:_REASON],
        "time_axis": meta.time_axis,
        "component": meta.component,
        "condition": meta.condition,
        "siblings": siblings,
        "meta": {**meta.to_json(), "sequence_kind": said_kind, "view": said_view},
        "findings": [asdict(f) for f in one.findings],
    }


def _refresh(stored: Stack, found: dict[str, Any]) -> None:
    changed = [name for name, value in found.items() if getattr(stored, name) != value]
    for name in changed:
        setattr(stored, name, found[name])
    if changed:
        stored.save(update_fields=changed)


def _store(
    study: Study,
    one: AssembledStack,
    stored: Stack | None,
    found: dict[str, Any],
    hashes: dict[str, str],
) -> Stack:
    if stored is not None:
        Stack.objects.filter(pk=stored.pk).update(is_latest=False)
    key = stored.key if stored else one.key
    before = Stack.objects.filter(study=study, key=key).order_by("-version").first()
    return Stack.objects.create(
        study=study,
        key=key,
        version=before.version + 1 if before else 1,
        n_slices=one.meta.n_slices,
        n_phases=one.meta.n_phases,
        addresses=[[list(a) if a else None for a in row] for row in one.addresses],
        content_hash=one.content_hash,
        thumbnail=thumbnail(one.meta, hashes),
        **found,
    )


def fill_series(study: Study) -> None:
    """Kind and view of each series: those of the latest stack that most of its frames are in."""
    votes: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    rows = Stack.objects.filter(study=study, is_latest=True)
    for kind, view, addresses in rows.values_list("sequence_kind", "view", "addresses"):
        for row in addresses:
            votes_of_row = Counter(a[0] for a in row if a)
            for uid, n in votes_of_row.items():
                votes[uid][kind, view] += n
    for series in Series.objects.filter(study=study):
        counts = votes[series.series_uid]
        kind, view = max(counts, key=lambda k: (counts[k], k)) if counts else ("unknown",) * 2
        if (series.sequence_kind, series.view) != (kind, view):
            series.sequence_kind, series.view = kind, view
            series.save(update_fields=["sequence_kind", "view"])


def _show_lead(study: Study) -> None:
    """The study's picture is that of the stack it is read on, else of its largest."""
    rows = Stack.objects.filter(study=study, is_latest=True).exclude(thumbnail=None)
    fields = rows.values_list("pk", "sequence_kind", "view", "n_slices", "n_phases")
    ranked = sorted(
        fields, key=lambda f: (f[1] == LEAD_KIND, f[2] == LEAD_VIEW, f[3] * f[4], str(f[0]))
    )
    if ranked:
        study.thumbnail = Stack.objects.values_list("thumbnail", flat=True).get(pk=ranked[-1][0])
        study.save(update_fields=["thumbnail", "updated_at"])
