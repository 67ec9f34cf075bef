"""OHIF opens a segmentation of a cine, exported by Accord, and shows each phase's own."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from cmrkit.contracts import FrameLabels, StackLabels
from cmrkit.dicomio import assemble_stacks, read_header
from cmrkit.geometry import rasterise
from cmrkit.writers import SegAbout, write_cine_segmentation
from tests.factories.installation import ROOT, Installation
from tests.factories.required import absent
from tests.peers.material import Files
from tests.peers.ohif import DIST, Viewer, serving
from tests.peers.stowing import store

pytestmark = pytest.mark.browser
ARTIFACTS = ROOT / "test-artifacts" / "peers"
LONG_MS = 60_000
LV_CAVITY = 3  # the number of its segment
RADII_PX = {3: 20.0, 12: 40.0}  # by phase; no other is labelled


def disc(radius_px: float) -> tuple[tuple[float, float], ...]:
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    return tuple(
        (float(128 + radius_px * np.cos(a)), float(128 + radius_px * np.sin(a))) for a in angles
    )


def segmentation(heart: Files) -> bytes:
    (stack,) = assemble_stacks([read_header(data) for data in heart.contents])
    labels = StackLabels(
        tuple(
            FrameLabels(s, p, {"lv_endo": (disc(radius),)})
            for s in range(stack.meta.n_slices)
            for p, radius in RADII_PX.items()
        )
    )
    about = SegAbout("S0001", "digest", datetime(2026, 1, 1, tzinfo=UTC), "1.0")
    sources = {str(d.SOPInstanceUID): d for d in heart.datasets}
    made = write_cine_segmentation(stack.meta, labels, list(RADII_PX), sources, about)
    out = BytesIO()
    made.save_as(out, enforce_file_format=True)
    return out.getvalue()


@pytest.fixture(scope="module")
def viewer(accord: Installation, heart: Files) -> Iterator[Viewer]:
    if not (DIST / "index.html").is_file():
        absent(f"OHIF's built viewer is not at {DIST} (npm pack @ohif/app)")
    store(accord, heart)
    store(accord, Files([segmentation(heart)]))
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    with serving(accord.root, accord.token) as running:
        yield running


@pytest.fixture(scope="module")
def page(browser: Browser, viewer: Viewer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=viewer.url)
    elsewhere = re.compile(rf"^(?!{re.escape(viewer.url)}|data:|blob:)")
    context.route(elsewhere, lambda route: route.abort())
    yield context.new_page()
    context.close()


LABELMAPS = """() => {
  const [held] = services.segmentationService.getSegmentations();
  return held.representationData.Labelmap.imageIds.map((id) => {
    const image = cornerstone.cache.getImage(id);
    const values = image.voxelManager.getScalarData();
    const set = [];
    values.forEach((value, at) => { if (value) set.push([at, value]); });
    return { of: image.referencedImageId, columns: image.columns, set };
  });
}"""


def test_each_phase_has_its_own_pixels_and_no_other(page: Page, heart: Files) -> None:
    page.goto(f"/segmentation?StudyInstanceUIDs={heart.study}")
    page.locator("[data-cy=study-browser-thumbnail-no-image]").dblclick(timeout=LONG_MS)
    page.get_by_role("button", name="Yes", exact=True).click(timeout=LONG_MS)
    expect(page.get_by_text("LV cavity")).to_be_visible(timeout=LONG_MS)
    page.wait_for_function(f"() => ({LABELMAPS})().some((image) => image.set.length > 0)")
    found = {instance_of(image["of"]): image for image in page.evaluate(LABELMAPS)}
    page.screenshot(path=ARTIFACTS / "ohif-segmentation.png")
    assert set(found) == set(heart.instances)
    (stack,) = assemble_stacks([read_header(data) for data in heart.contents])
    for row in stack.meta.frames:
        for phase, frame in enumerate(row):
            assert frame is not None
            image = found[frame.sop_instance_uid]
            shape = (stack.meta.rows, stack.meta.columns)
            shown = np.zeros(shape, np.uint8)
            for at, value in image["set"]:
                shown[divmod(at, image["columns"])] = value
            assert (shown == expected(phase, shape)).all(), f"phase {phase + 1}"


def expected(phase: int, shape: tuple[int, int]) -> np.ndarray:
    drawn = rasterise((disc(RADII_PX[phase]),), shape) if phase in RADII_PX else np.zeros(shape)
    return np.where(drawn, LV_CAVITY, 0)


def instance_of(image_id: str) -> str:
    """From the address of a frame."""
    return image_id.split("/instances/")[1].split("/")[0]
