"""Files, metadata, frames, bulk data and pictures come back as what was stored."""

from io import BytesIO
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import pytest
import requests
from dicomweb_client import DICOMwebClient
from PIL import Image
from pydicom import Dataset
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless, generate_uid

from tests.peers.dicomweb.comparing import assert_all_same, same, value
from tests.peers.material import LARGE, Files

pytestmark = pytest.mark.usefixtures("stored")


# ---- retrieve: files


def test_studies_series_and_instances_come_back_whole(
    client: DICOMwebClient, heart: Files, squeezed: Files
) -> None:
    assert_all_same(client.retrieve_study(heart.study), heart)
    assert_all_same(client.retrieve_series(heart.study, heart.series), heart)
    assert same(client.retrieve_instance(*heart.address), heart.first)
    assert same(client.retrieve_instance(*squeezed.address), squeezed.first)


def test_they_come_one_by_one_too(client: DICOMwebClient, heart: Files) -> None:
    """Streamed in chunks far smaller than a file."""
    small = DICOMwebClient(client.base_url, headers=client._session.headers)
    small.set_chunk_size(10_000)
    small.set_http_retry_params(retry=True, max_attempts=2)
    assert_all_same(list(small.iter_study(heart.study)), heart)
    assert_all_same(list(small.iter_series(heart.study, heart.series)), heart)


@pytest.mark.parametrize("syntax", ["*", ExplicitVRLittleEndian])
def test_a_transfer_syntax_may_be_named(client: DICOMwebClient, heart: Files, syntax: str) -> None:
    types = (("application/dicom", syntax),)
    assert same(client.retrieve_instance(*heart.address, media_types=types), heart.first)
    assert_all_same(client.retrieve_series(heart.study, heart.series, media_types=types), heart)


def test_what_is_not_there_is_not_found(client: DICOMwebClient, heart: Files) -> None:
    nowhere = generate_uid()
    for ask in (
        lambda: client.retrieve_study(nowhere),
        lambda: client.retrieve_series(heart.study, nowhere),
        lambda: client.retrieve_instance(heart.study, heart.series, nowhere),
        lambda: client.retrieve_study_metadata(nowhere),
        lambda: client.retrieve_instance_frames(heart.study, heart.series, nowhere, [1]),
        lambda: client.retrieve_instance_frames(*heart.address, [2]),
        lambda: client.retrieve_instance_rendered(heart.study, heart.series, nowhere),
    ):
        with pytest.raises(requests.HTTPError) as missing:
            ask()
        assert missing.value.response.status_code == 404


# ---- retrieve: metadata


def test_metadata_is_the_files_own(client: DICOMwebClient, heart: Files, captures: Files) -> None:
    whole = client.retrieve_study_metadata(heart.study)
    of_series = client.retrieve_series_metadata(heart.study, heart.series)
    assert len(whole) == len(of_series) == len(heart.contents)
    assert whole == of_series
    for files in (heart, captures):
        (row,) = as_list(client.retrieve_instance_metadata(*files.address))
        assert_same_elements(row, files.first)
    by_uid = {value(row, "SOPInstanceUID"): row for row in whole}
    for source in heart.datasets:
        assert_same_elements(by_uid[str(source.SOPInstanceUID)], source)


def as_list(found: object) -> list[dict]:  # type: ignore[type-arg]
    return found if isinstance(found, list) else [found]  # type: ignore[list-item]


def assert_same_elements(row: dict, source: Dataset) -> None:  # type: ignore[type-arg]
    """All but group lengths, which are no attributes, and what is fetched apart as bulk data."""
    apart = {tag for tag, entry in row.items() if "BulkDataURI" in entry}
    found = Dataset.from_json({tag: e for tag, e in row.items() if tag not in apart})
    for element in source:
        name = f"{element.tag:08X}"
        if element.tag.element == 0 or name in apart or name == "7FE00010":
            continue
        assert element.tag in found, f"{element.tag} {element.name} is missing"
        if element.VR != "SQ":
            assert found[element.tag].value == element.value, element.name
        assert found[element.tag].VR == element.VR, element.name


def test_tags_of_an_answer_have_names(client: DICOMwebClient, heart: Files) -> None:
    row = client.search_for_studies(search_filters={"StudyInstanceUID": heart.study})[0]
    named = {client.lookup_keyword(tag): tag for tag in row}
    assert named["PatientID"] == client.lookup_tag("PatientID") == "00100020"


# ---- retrieve: frames, bulk data


def test_frames_are_the_pixels_of_the_file(
    client: DICOMwebClient, heart: Files, captures: Files
) -> None:
    assert client.retrieve_instance_frames(*heart.address, [1]) == [heart.first.PixelData]
    wanted = captures.first.pixel_array
    found = client.retrieve_instance_frames(*captures.address, [1, 3])
    assert [np.frombuffer(f, "<u2").tolist() for f in found] == [
        wanted[0].ravel().tolist(),
        wanted[2].ravel().tolist(),
    ]
    streamed = list(client.iter_instance_frames(*captures.address, [4, 2]))
    assert [np.frombuffer(f, "<u2")[0] for f in streamed] == [4, 2]


@pytest.mark.parametrize(
    "types",
    [
        ("application/octet-stream",),
        (("application/octet-stream", "*"),),
        (("application/octet-stream", ExplicitVRLittleEndian),),
        ("*/*",),
    ],
)
def test_frames_by_media_type(
    client: DICOMwebClient, heart: Files, types: tuple[str | tuple[str, str], ...]
) -> None:
    found = client.retrieve_instance_frames(*heart.address, [1], media_types=types)
    assert found == [heart.first.PixelData]


def test_a_compressed_frame_comes_as_it_is_stored(client: DICOMwebClient, squeezed: Files) -> None:
    from pydicom.encaps import generate_frames

    (stored_frame,) = generate_frames(squeezed.first.PixelData, number_of_frames=1)
    for types in ((("image/jls", JPEGLSLossless),), ("*/*",)):
        (found,) = client.retrieve_instance_frames(*squeezed.address, [1], media_types=types)
        assert found == stored_frame


def test_a_compressed_frame_is_decompressed_when_asked(
    client: DICOMwebClient, squeezed: Files
) -> None:
    types = (("application/octet-stream", ExplicitVRLittleEndian),)
    (found,) = client.retrieve_instance_frames(*squeezed.address, [1], media_types=types)
    assert np.array_equal(np.frombuffer(found, "<u2"), squeezed.first.pixel_array.ravel())


def test_bulk_data_is_fetched_from_where_metadata_says(
    client: DICOMwebClient, captures: Files
) -> None:
    (row,) = as_list(client.retrieve_instance_metadata(*captures.address))
    (large,) = (
        entry["BulkDataURI"]
        for tag, entry in row.items()
        if tag.startswith("0071") and "BulkDataURI" in entry
    )
    large = reachable(client, large)
    assert client.retrieve_bulkdata(large) == [LARGE]
    assert list(client.iter_bulkdata(large)) == [LARGE]
    octets = ("application/octet-stream",)
    assert client.retrieve_bulkdata(large, media_types=octets) == [LARGE]
    # a range of a multipart answer is no range of the value in it: the value comes whole
    assert client.retrieve_bulkdata(large, media_types=octets, byte_range=(10, 29)) == [LARGE]
    pixels = reachable(client, row["7FE00010"]["BulkDataURI"])
    assert b"".join(client.retrieve_bulkdata(pixels)) == captures.first.PixelData


def reachable(client: DICOMwebClient, uri: str) -> str:
    """The client names no port in its Host header, so the address that it is given in return has
    none: right where Accord stands at its usual address, and not on a port of a test."""
    asked, given = urlsplit(client.base_url), urlsplit(uri)
    assert (given.scheme, given.hostname) == (asked.scheme, asked.hostname)
    return urlunsplit(given._replace(netloc=asked.netloc))


# ---- retrieve: rendered


def picture(data: bytes, kind: str) -> np.ndarray:
    image = Image.open(BytesIO(data))
    assert image.format == kind
    return np.asarray(image.convert("L"))


@pytest.mark.parametrize(("media_type", "kind"), [("image/png", "PNG"), ("image/jpeg", "JPEG")])
def test_pictures(
    client: DICOMwebClient, heart: Files, captures: Files, media_type: str, kind: str
) -> None:
    shape = (heart.first.Rows, heart.first.Columns)
    whole = client.retrieve_instance_rendered(*heart.address, media_types=(media_type,))
    frame = client.retrieve_instance_frames_rendered(*heart.address, [1], media_types=(media_type,))
    for shown in (picture(whole, kind), picture(frame, kind)):
        assert shown.shape == shape
        # brighter where the file is: the picture is of this frame
        source = heart.first.pixel_array.astype(float)
        assert np.corrcoef(shown.ravel(), source.ravel())[0, 1] > 0.8
    of_many = client.retrieve_instance_frames_rendered(
        *captures.address, [2], media_types=(media_type,)
    )
    assert picture(of_many, kind).shape == (32, 48)


@pytest.mark.parametrize(("media_type", "kind"), [("image/png", "PNG"), ("image/jpeg", "JPEG")])
def test_a_series_is_one_picture_where_one_is_asked_for(
    client: DICOMwebClient, heart: Files, media_type: str, kind: str
) -> None:
    series = client.retrieve_series_rendered(heart.study, heart.series, media_types=(media_type,))
    assert picture(series, kind).shape == (heart.first.Rows, heart.first.Columns)


def test_a_series_is_a_moving_picture(client: DICOMwebClient, heart: Files) -> None:
    data = client.retrieve_series_rendered(heart.study, heart.series, media_types=("image/gif",))
    image = Image.open(BytesIO(data))
    assert (image.format, image.n_frames) == ("GIF", len(heart.contents))
    assert image.size == (heart.first.Columns, heart.first.Rows)


def test_a_picture_of_no_named_type_is_still_a_picture(
    client: DICOMwebClient, heart: Files
) -> None:
    for data in (
        client.retrieve_instance_rendered(*heart.address),
        client.retrieve_instance_frames_rendered(*heart.address, [1]),
    ):
        assert Image.open(BytesIO(data)).size == (heart.first.Columns, heart.first.Rows)
