"""From a DICOM import to the signed page, on a phantom whose volumes are known in closed form."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from cmrkit.phantom import CinePhantom, HeartParameters, simulate_cine, write_cine_dicom
from portal.adjudication.models import ReferenceStandard
from portal.cases.models import Case
from portal.imaging.access import image_access, visible_studies
from portal.imaging.models import Instance, Stack, Study
from portal.imaging.selectors import frame_pixels
from portal.intake.services.batches import finish_import, start_import
from portal.intake.services.receiving import receive_file
from portal.projects.models import Project
from portal.reporting.models import Report
from portal.storage.files import path_of
from tests.factories import reading as f
from tests.factories.locking import settle

HOSTILE = "<script>alert(1)</script>\u202e" + "A" * 60000


# a description far longer than DICOM allows is the point of it
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:The value length"),
]


@pytest.fixture(scope="module")
def phantom() -> CinePhantom:
    return simulate_cine(HeartParameters(), n_slices=11, n_phases=6, seed=7)


@pytest.fixture
def case(world: f.World, phantom: CinePhantom, tmp_path: Path) -> Case:
    files = write_cine_dicom(
        phantom, tmp_path, extra={"SeriesDescription": "cine SAX", "StudyDescription": HOSTILE}
    )
    batch = start_import(by=world.coordinator, project=world.project, label="phantom")
    for number, path in enumerate(files):
        receive_file(batch=batch, sequence=number, chunks=[path.read_bytes()])
    finish_import(by=world.coordinator, batch=batch)
    return Case.objects.get(project=world.project)


def test_numbers_of_the_reference_are_those_of_the_phantom(
    world: f.World, case: Case, phantom: CinePhantom
) -> None:
    settle(world, case, phantom)
    numbers = ReferenceStandard.objects.get(case=case).content["measurements"]
    # sums of discs of the true contours; the distance between planes is what costs the percent
    assert numbers["edv_ml"] == pytest.approx(phantom.edv_ml, rel=0.01)
    assert numbers["esv_ml"] == pytest.approx(phantom.esv_ml, rel=0.015)
    assert numbers["spacing_assumed"] is False


def test_the_signed_page_shows_the_heart_and_is_kept(
    world: f.World, case: Case, phantom: CinePhantom
) -> None:
    Project.objects.filter(pk=world.project.pk).update(name=HOSTILE[:120])
    api = settle(world, case, phantom)
    url = f"projects/{world.slug}/cases/{case.pk}/reference/report.pdf"
    first = api.get(url)
    assert first.status_code == 200
    kept = Report.objects.get()
    assert path_of(kept.pdf_id).read_bytes() == first.content
    assert first.content.count(b"/Subtype /Image") == 2
    assert first.content.count(b"/Type /Page\n") == 1
    assert b"/JS" not in first.content
    assert f.Api(world.quality).get(url).content == first.content
    assert Report.objects.count() == 1


def test_one_frame_of_the_stack(case: Case, phantom: CinePhantom) -> None:
    stack = Stack.objects.get(study__case=case)
    pixels = frame_pixels(stack, 5, 2)
    assert pixels is not None
    assert np.abs(pixels - np.rint(phantom.pixels[5, 2])).max() <= 1
    uid = stack.addresses[5][2][1]
    blob = Instance.objects.get(sop_instance_uid=uid).blob_id
    held = path_of(blob).read_bytes()
    path_of(blob).unlink()
    assert frame_pixels(stack, 5, 2) is None
    path_of(blob).write_bytes(held)


def test_a_page_without_its_pixels_is_given_and_not_kept(
    world: f.World, case: Case, phantom: CinePhantom, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = settle(world, case, phantom)
    monkeypatch.setattr("portal.reporting.services.reports.frame_pixels", lambda *_: None)
    url = f"projects/{world.slug}/cases/{case.pk}/reference/report.pdf"
    assert api.get(url).content.startswith(b"%PDF")
    assert not Report.objects.exists()


def test_images_open_with_the_read_and_close_with_its_withdrawal(
    world: f.World, case: Case
) -> None:
    study = Study.objects.get(case=case)

    def sees(person: Any) -> bool:
        project = Project.objects.get(pk=world.project.pk)
        listed = visible_studies(person, project).filter(pk=study.pk).exists()
        openings = image_access(person, project).openings.values()
        opened = image_access(person, project).everything or [
            o for o in openings if o.study_uid == study.study_uid
        ]
        assert bool(opened) is listed
        return listed

    assert sees(world.coordinator)
    assert not sees(world.reader_a)
    (read,) = world.assign(case, world.reader_a)
    assert sees(world.reader_a)
    assert not sees(world.reader_b)
    assert not sees(world.adjudicator)
    f.Api(world.coordinator).post(f"reads/{read.pk}/withdraw/", {"reason": "swapped"})
    assert not sees(world.reader_a)
    a, b = world.assign_both(case)
    f.read_through_plain(world.reader_a, a)
    assert not sees(world.adjudicator)
    f.read_through_plain(world.reader_b, b)
    assert sees(world.adjudicator)
    assert sees(world.reader_a)
    assert not sees(world.scientist)


def test_the_page_can_be_drawn_as_a_picture(
    world: f.World, case: Case, phantom: CinePhantom
) -> None:
    """The key image is the frame itself, with bright blood inside the endocardium."""
    from portal.reporting.drawing import SIDE, key_image

    stack = Stack.objects.get(study__case=case)
    frame = next(x for x in phantom.labels.frames if (x.slice_index, x.phase_index) == (5, 0))
    contour = {
        "structure": "lv_endo",
        "parts": [[list(point) for point in part] for part in frame.structures["lv_endo"]],
    }
    png = key_image(
        frame_pixels(stack, 5, 0),
        [contour],
        {"lv_endo": "#ff0000"},
        rows=stack.meta["rows"],
        columns=stack.meta["columns"],
    )
    image = np.asarray(Image.open(io.BytesIO(png)).convert("L"), dtype=float)
    middle = image[SIDE // 2 - 60 : SIDE // 2 + 60, SIDE // 2 - 60 : SIDE // 2 + 60].mean()
    assert middle > image[:, :40].mean()
