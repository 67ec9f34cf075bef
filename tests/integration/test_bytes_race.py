"""Bytes that leave with a subject while the same bytes come in elsewhere, on PostgreSQL."""

from typing import Any

import pytest
from django.db import connection

from portal.cases.models import Case
from portal.imaging.models import Instance
from portal.storage import files
from portal.storage.integrity import check_integrity
from portal.storage.models import Blob
from portal.withdrawal.services.withdrawing import withdraw
from tests.factories import reading as f
from tests.factories.imaging import import_files, phantom_files
from tests.integration.test_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worlds(transactional_db: None, settings: Any, tmp_path: Any) -> tuple[f.World, f.World]:
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: set DATABASE_URL")
    settings.ACCORD_DATA_DIR = tmp_path
    settings.STORAGE_URL = f"file://{tmp_path}/storage"
    return f.make_world(), f.make_world(slug="other")


def test_a_withdrawal_and_an_import_of_the_same_bytes(worlds: tuple[f.World, f.World]) -> None:
    """Whichever is first, the rows that are left have their bytes, and no bytes are left over."""
    here, there = worlds
    for seed in (41, 42, 43):
        contents = [p.read_bytes() for p in phantom_files(seed)[:6]]
        (study,) = import_files(here.project, here.coordinator, contents)
        case = Case.objects.select_related("visit").get(pk=study.case_id)
        withdrawn, imported = at_once(
            lambda case=case: withdraw(by=None, subject_id=case.visit.subject_id, reason="race"),
            lambda contents=contents: import_files(there.project, there.coordinator, contents),
        )
        assert not isinstance(withdrawn, Exception), withdrawn
        assert not isinstance(imported, Exception), imported
    rows = Instance.objects.filter(series__study__project=there.project)
    assert rows.count() == 18
    assert all(files.path_of(row.blob_id).is_file() for row in rows)
    assert not Instance.objects.filter(series__study__project=here.project).exists()
    assert Blob.objects.count() == 18
    assert check_integrity(stale_s=0).findings == []
