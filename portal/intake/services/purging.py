"""Time limits of the vault: what expired goes, and what a killed process left behind."""

import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.intake.models import QuarantinedFile
from portal.intake.services.quarantine import path_of

STALE_S = 6 * 3600.0  # no upload of one file takes longer


def purge_vault() -> int:
    """Delete expired files and leftovers; answers how many. Safe to run at any time, by several
    processes at once."""
    gone = 0
    for kept in QuarantinedFile.objects.filter(expires_at__lt=timezone.now()).iterator():
        path = path_of(kept)
        with transaction.atomic():
            QuarantinedFile.objects.filter(pk=kept.pk).delete()
        path.unlink(missing_ok=True)
        gone += 1
    known = {str(pk) for pk in QuarantinedFile.objects.values_list("pk", flat=True)}
    vault = Path(settings.ACCORD_VAULT_DIR)
    for path in (*_stale(vault / "staging"), *_stale(vault / "quarantine")):
        if path.name not in known:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _stale(folder: Path) -> Iterator[Path]:
    """Files that nobody has written to for hours."""
    limit = time.time() - STALE_S
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            if path.stat().st_mtime < limit:
                yield path
        except FileNotFoundError:
            continue
