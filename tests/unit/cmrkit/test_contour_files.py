"""Contours that come as points: Sunnybrook files and cvi42 workspaces.

The cvi42 workspaces here were written for these tests, in the shape that public parsers read; no
file of the vendor was at hand."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cmrkit.annotations_in import AnnotationFile, Targets, read_annotations, referenced_uids
from cmrkit.dicomio import assemble_stacks, read_header
from cmrkit.errors import AnnotationsDoNotFit, CmrkitError, UnreadableAnnotations
from cmrkit.geometry import polygon_area_px
from tests.factories.annotating import codes_of, read, targets_of
from tests.factories.imaging import small_phantom


@pytest.fixture(scope="module")
def targets() -> Targets:
    return targets_of(small_phantom().meta)


# ---- Sunnybrook

ARCHIVES = {
    "SC-HF-I-1": ("SCD0000101", 12),
    "SC-HF-I-2": ("SCD0000201", 13),
    "SC-HF-I-4": ("SCD0000301", 10),
}


@pytest.mark.parametrize("patient", ARCHIVES)
def test_sunnybrook_contours_are_linked_by_instance_number(patient: str, shared_data: Path) -> None:
    """File NNNN.dcm is the one that contour NNNN was drawn on; the link here is InstanceNumber.
    Areas against the shoelace formula on the file's own numbers, in mm²."""
    archive, n_slices = ARCHIVES[patient]
    by_name = {}
    with zipfile.ZipFile(shared_data / "sunnybrook" / f"{archive}.zip") as opened:
        for name in opened.namelist():
            header = read_header(opened.read(name))
            by_name[int(Path(name).stem)] = header
    (stack,) = assemble_stacks(by_name.values())
    numbers = {h.sop_instance_uid: int(h.value("00200013")) for h in by_name.values()}
    assert all(numbers[h.sop_instance_uid] == n for n, h in by_name.items())
    files = {p.name: p.read_bytes() for p in (shared_data / "sunnybrook" / patient).rglob("*.txt")}
    targets = Targets(stack.meta, numbers)
    found = read_annotations(AnnotationFile.of_contours(files), targets)
    assert len(found.contours) == len(files)
    assert found.notes == ()
    px_mm2 = float(np.prod(stack.meta.pixel_spacing_mm))
    volumes = {"here": 0.0, "by hand": 0.0}
    for c in found.contours:
        (number,) = (n for n, h in by_name.items() if h.sop_instance_uid == c.sop_instance_uid)
        kind = {"lv_endo": "i", "lv_epi": "o"}[c.structure]
        x, y = np.loadtxt(BytesIO(files[f"IM-0001-{number:04d}-{kind}contour-manual.txt"])).T
        shoelace = abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2
        assert polygon_area_px(c.parts) * px_mm2 == pytest.approx(shoelace * px_mm2, rel=1e-6)
        if c.structure == "lv_endo":
            volumes["here"] += polygon_area_px(c.parts) * px_mm2 * stack.meta.slice_spacing_mm
            volumes["by hand"] += shoelace * px_mm2 * stack.meta.slice_spacing_mm
    assert volumes["here"] == pytest.approx(volumes["by hand"], rel=1e-6)
    assert stack.meta.n_slices == n_slices


def contour_file(points: Any) -> bytes:
    return "\n".join(f"{x:.2f} {y:.2f}" for x, y in points).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_zip_of_contours_counts_pixels_from_one(targets: Targets) -> None:
    files = {
        "../../etc/IM-0001-0009-icontour-manual.txt": contour_file([(11, 11), (21, 11), (21, 31)]),
        "a/IM-0001-0009-p1contour-manual.txt": contour_file([(1, 1), (2, 1), (2, 2)]),
        "a/IM-0001-9999-ocontour-manual.txt": contour_file([(1, 1), (2, 1), (2, 2)]),
        "readme.txt": b"hello",
    }
    found = read(zipped(files), targets)
    (contour,) = found.contours
    assert contour.parts == (((10.0, 10.0), (20.0, 10.0), (20.0, 30.0)),)
    assert contour.sop_instance_uid == targets.meta.frames[1][0].sop_instance_uid  # type: ignore[union-attr]
    assert codes_of(found) == {"papillary_muscle", "unknown_image"}


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"a.txt": b"1 2"}, UnreadableAnnotations),
        ({"IM-0001-0009-icontour-manual.txt": b"1 2 3"}, UnreadableAnnotations),
        ({"IM-0001-0009-icontour-manual.txt": b"one two"}, UnreadableAnnotations),
        ({"IM-0001-0009-icontour-manual.txt": b"1 2\n3 nan\n4 5"}, UnreadableAnnotations),
        ({"IM-0001-0009-icontour-manual.txt": b""}, UnreadableAnnotations),
        (
            {"IM-0001-7777-icontour-manual.txt": contour_file([(1, 1), (2, 1), (2, 2)])},
            AnnotationsDoNotFit,
        ),
    ],
)
def test_contour_files_that_can_not_be_used_are_refused(
    files: dict[str, bytes], error: type[CmrkitError], targets: Targets
) -> None:
    with pytest.raises(error):
        read(zipped(files), targets)


# ---- cvi42


def workspace(images: dict[str, dict[str, tuple[list[tuple[float, float]], float]]]) -> bytes:
    """A cvi42 workspace as far as contours go; points in pixels."""

    def contour(name: str, points: list[tuple[float, float]], scale: float) -> str:
        items = "".join(
            f'<List:item Workspace:class="QPoint"><Point:x>{x * scale:.0f}</Point:x>'
            f"<Point:y>{y * scale:.0f}</Point:y></List:item>"
            for x, y in points
        )
        return (
            f'<Hash:item Hash:key="{name}" Workspace:class="WorkspaceContour">'
            f'<Hash:item Hash:key="Points" List:count="{len(points)}">{items}</Hash:item>'
            f'<Hash:item Hash:key="IsManuallyDrawn">true</Hash:item>'
            f'<Hash:item Hash:key="SubpixelResolution">{scale:.0f}</Hash:item></Hash:item>'
        )

    states = "".join(
        f'<Hash:item Hash:key="{uid}"><Hash:item Hash:key="Contours" Hash:count="{len(found)}">'
        + "".join(contour(name, *what) for name, what in found.items())
        + "</Hash:item></Hash:item>"
        for uid, found in images.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Workspace:Workspace xmlns:Hash="http://www.circlecvi.com/cvi42/Workspace/Hash/" '
        'xmlns:List="l" xmlns:Point="p" xmlns:Workspace="w">'
        '<Hash:item Hash:key="StudyMapStates"><List:item>'
        f'<Hash:item Hash:key="ImageStates" Hash:count="{len(images)}">{states}</Hash:item>'
        "</List:item></Hash:item></Workspace:Workspace>"
    ).encode()


def test_a_workspace_is_divided_by_its_subpixels(targets: Targets) -> None:
    uid = targets.meta.frames[0][0].sop_instance_uid  # type: ignore[union-attr]
    triangle = [(10.0, 10.0), (20.25, 10.0), (20.25, 30.5)]
    island = [(40.0, 40.0), (44.0, 40.0), (44.0, 44.0)]
    data = workspace(
        {
            uid: {
                "saendocardialContour": (triangle, 4),
                "saendocardialContour0001": (island, 4),
                "saepicardialContour": ([(5.0, 5.0), (30.0, 5.0), (30.0, 40.0)], 1),
                "sarvendocardialContour": (island, 2),
                "sapapilMuscContour": (triangle, 4),
                "saendocardialOpenContour": (triangle, 4),
            },
            "1.2.3.99": {"saendocardialContour": (triangle, 4)},
        }
    )
    found = read(data, targets)
    by_structure = {c.structure: c.parts for c in found.contours}
    assert by_structure["lv_endo"] == (tuple(triangle), tuple(island))
    assert by_structure["rv_endo"] == (tuple(island),)
    assert {c.sop_instance_uid for c in found.contours} == {uid}
    assert sorted((n.code, n.count) for n in found.notes) == [
        ("not_mapped", 1),
        ("not_mapped", 1),
        ("unknown_image", 1),
    ]
    assert referenced_uids(AnnotationFile.of_bytes(data)) == {uid, "1.2.3.99"}


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><l>&b;</l>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>'


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        OUTSIDE,
        b"<a>" * 5000,
        b"<a><b></a>",
        b'<?xml version="1.0"?><empty/>',
        workspace({"1.2": {"saendocardialContour": ([(1, 1), (2, 1), (2, 2)], 4)}}).replace(
            b">4</Point:x>", b">four</Point:x>"
        ),
        workspace({"1.2": {"saendocardialContour": ([(1, 1), (2, 1), (2, 2)], 4)}}).replace(
            b'SubpixelResolution">4', b'SubpixelResolution">0'
        ),
    ],
    ids=["laughs", "outside", "deep", "broken", "empty", "word", "divisor"],
)
def test_xml_that_is_no_workspace_is_refused(data: bytes, targets: Targets) -> None:
    with pytest.raises(UnreadableAnnotations):
        read(data, targets)


def test_a_workspace_of_another_case_is_refused(targets: Targets) -> None:
    data = workspace({"1.2.3.99": {"saendocardialContour": ([(1, 1), (2, 1), (2, 2)], 4)}})
    with pytest.raises(AnnotationsDoNotFit):
        read(data, targets)


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04broken"])
def test_other_files_are_refused(data: bytes, targets: Targets) -> None:
    with pytest.raises(UnreadableAnnotations):
        read(data, targets)
