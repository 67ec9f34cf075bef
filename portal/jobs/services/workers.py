"""The register of workers: who is there, on what device, for which queues."""

from datetime import timedelta

from django.utils import timezone

from portal.jobs.models import Worker
from portal.jobs.workers import WorkerCard

_OFTEN_ENOUGH_S = 2.0  # a worker may ask many times a second; the register need not say so
FORGET_AFTER = timedelta(hours=1)


def meet(card: WorkerCard) -> None:
    """Note that this worker lives and what it says of itself."""
    now = timezone.now()
    said = {
        "device": card.device[:120],
        "has_gpu": card.has_gpu,
        "queues": card.serves,
        "version": card.version[:40],
    }
    known = Worker.objects.filter(pk=card.name[:120]).first()
    if known is not None:
        just_now = now - known.last_seen_at < timedelta(seconds=_OFTEN_ENOUGH_S)
        if just_now and all(getattr(known, field) == value for field, value in said.items()):
            return
    Worker.objects.update_or_create(pk=card.name[:120], defaults={**said, "last_seen_at": now})


def farewell(name: str) -> None:
    """It ends in good order: a worker that is missed is another matter."""
    Worker.objects.filter(pk=name[:120]).delete()


def forget_silent() -> int:
    """Chore: take workers out of the register that have been silent for an hour."""
    return Worker.objects.filter(last_seen_at__lt=timezone.now() - FORGET_AFTER).delete()[0]
