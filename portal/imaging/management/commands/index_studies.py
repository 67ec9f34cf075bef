"""Brings the search index up to date at once, instead of at the first search."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.imaging.models import Series, Study
from portal.imaging.services.indexing import index_series, refresh_study


class Command(BaseCommand):
    help = "Prepare search rows of studies that changed, and metadata documents of their series."

    def handle(self, *args: Any, **options: Any) -> None:
        stale = list(Study.objects.filter(is_indexed=False).values_list("pk", flat=True))
        refresh_study(stale)
        for study_id in stale:
            index_series(Series.objects.filter(study_id=study_id).values_list("pk", flat=True))
        self.stdout.write(f"{len(stale)} studies indexed")
