"""Studies, stacks and their pixels. Reads only."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Count, Prefetch, QuerySet

from cmrkit.contracts import StackMeta
from cmrkit.dicomio import InstanceHeader, load_pixels
from cmrkit.errors import CmrkitError
from portal.accounts.models import User
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.imaging.access import visible_studies
from portal.imaging.models import Instance, Stack, StackLabel, Study
from portal.projects.models import Project
from portal.storage import files
from portal.storage.errors import BytesMissing

LEAD_KIND, LEAD_VIEW = "cine", "SAX"


def with_stacks(rows: QuerySet[Study]) -> QuerySet[Study]:
    """Studies with their counts and latest stacks, in a constant number of queries."""
    latest = Stack.objects.filter(is_latest=True).defer("meta", "addresses", "thumbnail")
    return (
        rows.select_related("case")
        .prefetch_related(
            "stack_labels",
            Prefetch(
                "stacks", queryset=latest.order_by("-n_slices", "-n_phases"), to_attr="latest"
            ),
        )
        .annotate(n_series=Count("series", distinct=True), n_instances=Count("series__instances"))
    )


def get_stack(user: User, project: Project, stack_id: UUID) -> Stack:
    """A stack (any version) whose images the person may see."""
    stack = (
        Stack.objects.filter(pk=stack_id, study__in=visible_studies(user, project))
        .select_related("study__case")
        .first()
    )
    if stack is None:
        raise NotFound()
    return stack


def label_of(stack: Stack) -> StackLabel | None:
    """What a person said of the stack, if anybody did."""
    return StackLabel.objects.filter(study_id=stack.study_id, key=stack.key).first()


def viewable_stacks(user: User, case: Case, pinned: Stack | None = None) -> list[Stack]:
    """The case's newest stacks whose images the person may see, largest first; ``pinned`` stands
    for the newest version of its own."""
    rows = Stack.objects.filter(
        is_latest=True, study__case=case, study__in=visible_studies(user, case.project)
    ).defer("meta", "addresses", "thumbnail")
    ordered = sorted(rows, key=lambda s: (-s.n_slices * s.n_phases, s.sequence_kind, s.view, s.key))
    if pinned is None:
        return ordered
    others = [s for s in ordered if (s.study_id, s.key) != (pinned.study_id, pinned.key)]
    return [pinned, *others]


def lead_stack(case_id: UUID) -> Stack | None:
    """The stack a case is read on: its largest short-axis cine, else its largest cine."""
    rows = Stack.objects.filter(study__case_id=case_id, is_latest=True, sequence_kind=LEAD_KIND)
    ordered = sorted(
        rows.defer("thumbnail"), key=lambda s: (s.view == LEAD_VIEW, s.n_slices * s.n_phases)
    )
    return ordered[-1] if ordered else None


def header_of(instance: Instance) -> InstanceHeader:
    """The header as it was read at import, without opening the file."""
    series = instance.series
    return InstanceHeader(
        study_uid=series.study.study_uid,
        series_uid=series.series_uid,
        sop_instance_uid=instance.sop_instance_uid,
        sop_class_uid=instance.sop_class_uid,
        transfer_syntax_uid=instance.transfer_syntax_uid,
        modality=series.modality,
        rows=instance.rows,
        columns=instance.columns,
        n_frames=instance.n_frames,
        frame_ranges=tuple(tuple(r) for r in instance.frame_ranges),
        metadata=instance.metadata,
        patient_key="",
    )


def instance_bytes(stack: Stack) -> dict[str, str]:
    """SOPInstanceUID -> SHA-256 of the file, for the instances of the stack's study."""
    uids = {a[1] for row in stack.addresses for a in row if a}
    rows = Instance.objects.filter(series__study_id=stack.study_id, sop_instance_uid__in=uids)
    return dict(rows.values_list("sop_instance_uid", "blob_id"))


def stack_pixels(stack: Stack) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Array (slice, phase, row, column) of modality values, zeros in holes."""
    hashes = instance_bytes(stack)
    return load_pixels(StackMeta.from_json(stack.meta), lambda uid: files.open_bytes(hashes[uid]))


def frame_pixels(
    stack: Stack, slice_index: int, phase_index: int
) -> np.ndarray[Any, np.dtype[np.float32]] | None:
    """One frame (row, column) of modality values; None for a hole, or where the bytes are missing
    or can't be decoded: for pictures that can do without."""
    meta = StackMeta.from_json(stack.meta)
    frame = meta.frames[slice_index][phase_index]
    digest = instance_bytes(stack).get(frame.sop_instance_uid) if frame else None
    if digest is None:
        return None
    one = replace(meta, n_slices=1, n_phases=1, frames=((frame,),))
    try:
        return load_pixels(one, lambda uid: files.open_bytes(digest))[0, 0]
    except (CmrkitError, BytesMissing):
        return None


def stack_pixels_npy(stack: Stack) -> bytes:
    """The same as a ``.npy`` file in 16 bits where nothing is lost by it, as workers get it."""
    pixels = stack_pixels(stack)
    whole = np.rint(pixels)
    small = pixels if (whole != pixels).any() or abs(whole).max() > 32767 else whole.astype("<i2")
    out = BytesIO()
    np.save(out, small, allow_pickle=False)
    return out.getvalue()
