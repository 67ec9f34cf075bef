"""Stacks of studies that come without an end: when it is quiet, and not in the middle."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pydicom import Dataset, dcmread

from cmrkit.writers import SegAbout, write_segmentation
from portal.imaging.models import Stack, Study
from portal.intake.models import ImportItem
from portal.intake.services.batches import close_import, start_import
from portal.intake.services.receiving import receive_file
from portal.intake.services.tidying import assemble_arrived
from portal.reads.selectors import reading_stacks
from tests.factories import reading as f
from tests.factories.imaging import import_files, import_phantom, phantom_files, small_phantom

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(world: f.World):
    batch = start_import(by=world.coordinator, project=world.project)
    for n, path in enumerate(phantom_files()[:3]):
        receive_file(batch=batch, sequence=n, chunks=[path.read_bytes()])
    return batch


def later(seconds: float) -> None:
    """As if so much time had gone by since the last file."""
    then = timezone.now() - timedelta(seconds=seconds)
    Study.objects.update(stacks_due_at=then)
    ImportItem.objects.update(created_at=then)


def test_a_closed_import_is_assembled_once_it_is_quiet(world: f.World, batch) -> None:
    close_import(by=world.coordinator, batch=batch)
    Study.objects.update(stacks_due_at=timezone.now())  # however long the files took
    assert assemble_arrived() == 0
    later(3)
    assert assemble_arrived() == 1
    assert Stack.objects.filter(is_latest=True).exists()
    assert Study.objects.get().stacks_due_at is None
    assert assemble_arrived() == 0


def test_an_open_import_that_got_a_file_lately_is_left_alone(batch) -> None:
    later(30)
    assert assemble_arrived() == 0
    later(90)  # whoever sent it went away
    assert assemble_arrived() == 1


def segmentation() -> bytes:
    """The phantom's own SEG, as a scanner's software would name it."""
    phantom, about = (
        small_phantom(),
        SegAbout("S1", "digest", datetime(2026, 1, 1, tzinfo=UTC), "1"),
    )
    sources: dict[str, Dataset] = {str(d.SOPInstanceUID): d for d in map(dcmread, phantom_files())}
    made = write_segmentation(phantom.meta, phantom.labels, 0, sources, about)
    one = next(iter(sources.values()))
    made.PatientID, made.PatientName = one.PatientID, one.PatientName
    made.SeriesDescription = "Segmentation of cine_sax"
    out = BytesIO()
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()


def test_a_segmentation_is_kept_with_its_study_and_is_no_stack(world: f.World) -> None:
    study = import_phantom(world.project, world.coordinator)
    before = list(reading_stacks().values_list("pk", flat=True))
    assert import_files(world.project, world.coordinator, [segmentation()]) == [study]
    assert study.series.get(modality="SEG").instances.get().n_frames > 5
    assert list(Stack.objects.values_list("pk", flat=True)) == before
    assert list(reading_stacks().values_list("pk", flat=True)) == before
