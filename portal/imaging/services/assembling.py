"""Sorting a study's instances into stacks; a new version when late frames arrive."""

from dataclasses import asdict
from datetime import timedelta
from io import BytesIO

import numpy as np
from django.db import transaction
from django.utils import timezone
from PIL import Image

from cmrkit.contracts import StackMeta
from cmrkit.dicomio import AssembledStack, assemble_stacks, load_pixels
from cmrkit.errors import CmrkitError
from portal.imaging.models import Instance, Stack, Study
from portal.imaging.selectors import header_of
from portal.imaging.services.indexing import index_series, refresh_study
from portal.storage import files
from portal.storage.errors import BytesMissing

THUMBNAIL_PX = 192
MOST_THUMBNAILS = 64  # of one study, the largest stacks first: a file may hold thousands of planes


@transaction.atomic
def assemble_study(*, study: Study) -> list[Stack]:
    """Assemble anew under the study's lock; returns the stack versions that were made."""
    Study.objects.select_for_update().get(pk=study.pk)
    Study.objects.filter(pk=study.pk).update(stacks_due_at=None)
    instances = list(
        Instance.objects.filter(series__study=study)
        .select_related("series__study")
        .order_by("series__number", "instance_number", "sop_instance_uid")
    )
    hashes = {i.sop_instance_uid: i.blob_id for i in instances}
    made = []
    for number, assembled in enumerate(assemble_stacks(header_of(i) for i in instances)):
        stack = _store(study, assembled, hashes if number < MOST_THUMBNAILS else {})
        if stack is not None:
            made.append(stack)
    if made:
        study.thumbnail = next((s.thumbnail for s in made if s.thumbnail), study.thumbnail)
        study.save(update_fields=["thumbnail", "updated_at"])
    refresh_study([study.pk])
    index_series(study.series.values_list("pk", flat=True))
    return made


def assemble_due(quiet_s: float = 2.0) -> int:
    """Assemble studies that got files and no end of an import: sent one by one, or by a process
    that was killed. Those that still get files wait until it is quiet. Answers how many."""
    due = Study.objects.filter(stacks_due_at__lt=timezone.now() - timedelta(seconds=quiet_s))
    studies = list(due.order_by("stacks_due_at")[:100])
    for study in studies:
        assemble_study(study=study)
    return len(studies)


def _store(study: Study, assembled: AssembledStack, hashes: dict[str, str]) -> Stack | None:
    latest = Stack.objects.filter(study=study, key=assembled.key, is_latest=True).first()
    if latest is not None and latest.content_hash == assembled.content_hash:
        return None
    if latest is not None:
        Stack.objects.filter(pk=latest.pk).update(is_latest=False)
    kind = assembled.classification
    return Stack.objects.create(
        study=study,
        key=assembled.key,
        version=latest.version + 1 if latest else 1,
        sequence_kind=kind.sequence_kind,
        view=kind.view,
        confidence=kind.confidence,
        reason=kind.reason,
        n_slices=assembled.meta.n_slices,
        n_phases=assembled.meta.n_phases,
        meta=assembled.meta.to_json(),
        addresses=[[list(a) if a else None for a in row] for row in assembled.addresses],
        findings=[asdict(f) for f in assembled.findings],
        content_hash=assembled.content_hash,
        thumbnail=_thumbnail(assembled.meta, hashes),
    )


def _thumbnail(meta: StackMeta, hashes: dict[str, str]) -> bytes | None:
    """PNG of the middle slice's first phase; None where it can't be decoded or isn't in
    ``hashes``."""
    middle = meta.n_slices // 2
    order = sorted(range(meta.n_slices), key=lambda s: abs(s - middle))
    frame = next((f for s in order for f in meta.frames[s] if f is not None), None)
    if frame is None or frame.sop_instance_uid not in hashes:
        return None
    one = StackMeta.from_json(
        {**meta.to_json(), "n_slices": 1, "n_phases": 1, "frames": [[asdict(frame)]]}
    )
    try:
        pixels = load_pixels(one, lambda uid: files.open_bytes(hashes[uid]))[0, 0]
    except (CmrkitError, BytesMissing):
        return None
    step = max(1, max(pixels.shape) // (4 * THUMBNAIL_PX))
    with np.errstate(all="ignore"):  # of an absurd rescale slope
        shown = np.nan_to_num(pixels[::step, ::step], posinf=0.0, neginf=0.0).astype(np.float64)
        low, high = np.percentile(shown, (1, 99.5))
        grey = (np.clip((shown - low) / max(high - low, 1e-6), 0, 1) * 255).astype(np.uint8)
    image = Image.fromarray(grey)
    image.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
