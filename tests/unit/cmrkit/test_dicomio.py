"""Headers and stacks on real DICOM: Sunnybrook studies and a corpus of odd files."""

import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from cmrkit.dicomio import InstanceHeader, assemble_stacks, load_pixels, read_header
from cmrkit.dicomio.sunnybrook import read_contours
from cmrkit.errors import CmrkitError, UnreadableDicom
from cmrkit.geometry import rasterise

STUDIES = {"SCD0000101": (12, 20), "SCD0000201": (13, 20), "SCD0000301": (10, 20)}


def files_of(shared_data: Path, name: str) -> dict[str, bytes]:
    with zipfile.ZipFile(shared_data / "sunnybrook" / f"{name}.zip") as archive:
        return {n: archive.read(n) for n in archive.namelist() if n.endswith(".dcm")}


@pytest.fixture(scope="module")
def study(shared_data: Path) -> tuple[dict[str, bytes], list[InstanceHeader]]:
    files = files_of(shared_data, "SCD0000301")
    return files, [read_header(data) for data in files.values()]


@pytest.mark.parametrize(("name", "shape"), STUDIES.items())
def test_sunnybrook_makes_one_short_axis_cine(shared_data: Path, name: str, shape) -> None:
    headers = [read_header(data) for data in files_of(shared_data, name).values()]
    stacks = assemble_stacks(headers)
    assert len(stacks) == 1
    meta = stacks[0].meta
    assert (meta.n_slices, meta.n_phases) == shape
    assert (meta.sequence_kind, meta.view) == ("cine", "SAX")
    assert all(a is not None for row in stacks[0].addresses for a in row)
    for row in meta.trigger_times_ms:
        assert list(row) == sorted(row)
    assert meta.slice_spacing_mm == pytest.approx(
        np.linalg.norm(np.subtract(*meta.slice_positions_mm[:2])), rel=1e-3
    )


def test_bytes_of_a_frame_are_its_pixels(study) -> None:
    files, headers = study
    for (data, header), _ in zip(zip(files.values(), headers, strict=True), range(5), strict=False):
        (offset, length), expected = header.frame_ranges[0], dcmread(BytesIO(data)).PixelData
        assert data[offset : offset + length] == expected[:length]


def test_missing_frames_are_holes_with_a_finding(study) -> None:
    _, headers = study
    whole = assemble_stacks(headers)[0]
    gone = {whole.addresses[3][5][1], whole.addresses[4][0][1]}
    rest = assemble_stacks([h for h in headers if h.sop_instance_uid not in gone])[0]
    assert rest.key == whole.key
    assert rest.content_hash != whole.content_hash
    assert sum(a is None for row in rest.addresses for a in row) == 2
    assert rest.findings[0].code == "missing_frames"


@pytest.mark.parametrize("name", STUDIES)
def test_a_missing_frame_moves_no_other(shared_data: Path, name: str) -> None:
    headers = [read_header(data) for data in files_of(shared_data, name).values()]
    (whole,) = assemble_stacks(headers)
    gone = whole.addresses[6][8]
    (rest,) = assemble_stacks([h for h in headers if h.sop_instance_uid != gone[1]])
    expected = [[None if a == gone else a for a in row] for row in whole.addresses]
    assert [list(row) for row in rest.addresses] == expected


def test_order_of_files_does_not_matter(study) -> None:
    _, headers = study
    assert assemble_stacks(headers[::-1])[0].addresses == assemble_stacks(headers)[0].addresses


def test_pixels_and_expert_contours_fit(shared_data: Path, study) -> None:
    """The blood pool is bright: inside the endocardium is brighter than the ring around it."""
    files, headers = study
    stack = assemble_stacks(headers)[0]
    by_uid = {h.sop_instance_uid: data for h, data in zip(headers, files.values(), strict=True)}
    pixels = load_pixels(stack.meta, by_uid.__getitem__)
    assert pixels.shape == (10, 20, 256, 256)
    number = {int(Path(n).stem): h.sop_instance_uid for n, h in zip(files, headers, strict=True)}
    place = {a[1]: (s, p) for s, row in enumerate(stack.addresses) for p, a in enumerate(row)}
    brighter = []
    contours = read_contours(shared_data / "sunnybrook" / "SC-HF-I-4")
    for (file, structure), polygon in contours.items():
        if structure == "lv_endo" and (file, "lv_epi") in contours:
            image = pixels[place[number[file]]]
            endo = rasterise([polygon], image.shape)
            ring = rasterise([contours[file, "lv_epi"]], image.shape) & ~endo
            brighter.append(image[endo].mean() > 1.5 * image[ring].mean())
    assert len(brighter) >= 8
    assert np.mean(brighter) > 0.8


def test_every_file_of_the_corpus_is_read_or_refused_by_name(shared_data: Path) -> None:
    seen: Counter[str] = Counter()
    for path in sorted((shared_data / "dicom_corpus").rglob("*")):
        if path.is_file():
            try:
                assemble_stacks([read_header(path)])
                seen["read"] += 1
            except CmrkitError as error:
                seen[error.code] += 1
    assert sum(seen.values()) > 290
    assert seen["read"] > 50
    assert seen["unsupported_input"] > 50


@pytest.mark.parametrize("cut", [0, 100, 200, 4000, -10])
def test_a_cut_file_is_refused(study, cut: int) -> None:
    data = next(iter(study[0].values()))
    with pytest.raises(UnreadableDicom, match=r"DICOM|cut short|lacks"):
        read_header(data[:cut])


def test_jpeg_lossless_has_a_decoder() -> None:
    """The corpus' JPEG Lossless files need gdcm: the other plug-ins don't read them."""
    from pydicom.pixels import get_decoder
    from pydicom.uid import JPEGLossless, JPEGLosslessSV1

    assert get_decoder(JPEGLossless).is_available
    assert get_decoder(JPEGLosslessSV1).is_available
