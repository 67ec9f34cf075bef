"""Studies, stacks and their pixels. Reads only."""

from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

import numpy as np
from django.db.models import Count, Prefetch, QuerySet

from cmrkit.contracts import StackMeta
from cmrkit.dicomio import InstanceHeader, load_pixels
from cmrkit.errors import CmrkitError
from cmrkit.quality import Finding
from cmrkit.quality.kind_check import kind_doubt
from portal.accounts.models import User
from portal.cases.models import Case
from portal.core.errors import NotFound
from portal.imaging.access import image_access, visible_studies
from portal.imaging.aliases import Names
from portal.imaging.assigned_stacks import find_stack
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


def get_stack(user: User, project: Project, stack_id: UUID) -> tuple[Stack, Names]:
    """A stack (any version) whose images the person may see, by the id that they know, and under
    which names they see it."""
    try:
        return find_stack(image_access(user, project), project.pk, stack_id)
    except NotFound:  # a second reading may have come up since the decision was remembered
        return find_stack(image_access(user, project, anew=True), project.pk, stack_id)


def doubt_of(stack: Stack) -> Finding | None:
    """Whether the pixels contradict the kind and view that count now, a person's included."""
    return kind_doubt(stack.sequence_kind, stack.view, stack.pixel_look or {})


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
    """Array (slice, phase, row, column) of modality values, zeros in holes. Raises BytesMissing
    where an instance of the stack isn't there any more."""
    hashes = instance_bytes(stack)

    def read(uid: str) -> BinaryIO:
        if uid not in hashes:
            raise BytesMissing()
        return files.open_bytes(hashes[uid])

    return load_pixels(StackMeta.from_json(stack.meta), read)


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
