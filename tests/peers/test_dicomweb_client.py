"""dicomweb-client, a DICOMweb client of others: every call of its API against a live server."""

import ast
import inspect
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import pytest
import requests
from dicomweb_client import DICOMwebClient
from dicomweb_client.session_utils import create_session_from_user_pass
from PIL import Image
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.uid import ExplicitVRLittleEndian, JPEGLSLossless, generate_uid

from tests.factories.installation import EMAIL, PASSWORD, SLUG, Installation
from tests.peers.material import FRAMES, LARGE, Files, compressed, multi_frame

KINDS = ("search_", "retrieve_", "iter_", "store_", "delete_", "lookup_", "set_")


@pytest.fixture(scope="module")
def captures() -> Files:
    return multi_frame()


@pytest.fixture(scope="module")
def squeezed() -> Files:
    return compressed()


@pytest.fixture(scope="module", autouse=True)
def stored(
    accord: Installation, heart: Files, other_heart: Files, captures: Files, squeezed: Files
) -> list[Dataset]:
    """Everything stored by the client, study by study; what it was answered."""
    client = DICOMwebClient(accord.root, headers=accord.bearer)
    return [
        client.store_instances([dcmread(BytesIO(data)) for data in files.contents])
        for files in (heart, other_heart, captures, squeezed)
    ]


@pytest.fixture(scope="module", params=["dicomweb", "web"])
def client(request: pytest.FixtureRequest, accord: Installation) -> DICOMwebClient:
    """A client of either server: the one for DICOMweb alone, and the one of the pages."""
    address = {"dicomweb": accord.dicomweb, "web": accord.web}[request.param]
    return DICOMwebClient(f"{address}/dicomweb/{SLUG}", headers=accord.bearer)


def value(row: dict, keyword: str) -> object:  # type: ignore[type-arg]
    found = Dataset.from_json(row).get(keyword)
    return found if found is None or isinstance(found, int | list) else str(found)


def values(rows: list[dict], keyword: str) -> list[object]:  # type: ignore[type-arg]
    return [value(row, keyword) for row in rows]


def sent(dataset: Dataset) -> bytes:
    """The file as the client encodes it: group lengths, which are retired, it leaves out."""
    out = BytesIO()
    dcmwrite(out, dataset)
    return out.getvalue()


def same(found: Dataset, source: Dataset) -> bool:
    """Every byte of the file, pixels and group 2 included."""
    return sent(found) == sent(source)


def assert_all_same(found: list[Dataset], source: Files) -> None:
    by_uid = {str(d.SOPInstanceUID): d for d in found}
    assert len(found) == len(by_uid) == len(source.datasets)
    assert all(same(by_uid[str(d.SOPInstanceUID)], d) for d in source.datasets)


# ---- that nothing is left out


def test_every_call_of_the_client_is_made_by_a_test_here() -> None:
    public = {
        name
        for name, member in inspect.getmembers(DICOMwebClient, callable)
        if name.startswith(KINDS)
    }
    tests = ast.walk(ast.parse(Path(__file__).read_text()))
    made = {
        node.func.attr
        for node in tests
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert public - made == set()
    assert len(public) > 25


# ---- store


def test_storing_answers_with_every_instance(stored: list[Dataset], heart: Files) -> None:
    assert [len(answer.ReferencedSOPSequence) for answer in stored] == [
        len(heart.contents),
        20,
        1,
        1,
    ]
    assert all("FailedSOPSequence" not in answer for answer in stored)
    references = stored[0].ReferencedSOPSequence
    assert {r.ReferencedSOPInstanceUID for r in references} == set(heart.instances)
    assert {r.ReferencedSOPClassUID for r in references} == {heart.first.SOPClassUID}
    assert all(heart.series in r.RetrieveURL for r in references)


def test_storing_again_is_no_failure_and_doubles_nothing(
    client: DICOMwebClient, heart: Files
) -> None:
    again = client.store_instances(heart.datasets[:3], study_instance_uid=heart.study)
    assert len(again.ReferencedSOPSequence) == 3
    found = client.search_for_instances(heart.study, heart.series)
    assert len(found) == len(heart.contents)


# ---- search


def test_studies_are_found_with_what_a_list_shows(
    client: DICOMwebClient, heart: Files, captures: Files
) -> None:
    rows = {value(row, "StudyInstanceUID"): row for row in client.search_for_studies()}
    assert len(rows) == 4
    shown = rows[heart.study]
    assert value(shown, "PatientID") == str(heart.first.PatientID)
    assert value(shown, "StudyDate") == str(heart.first.StudyDate)
    assert value(shown, "ModalitiesInStudy") == "MR"
    assert value(shown, "NumberOfStudyRelatedSeries") == 1
    assert value(shown, "NumberOfStudyRelatedInstances") == len(heart.contents)
    assert value(rows[captures.study], "NumberOfStudyRelatedInstances") == 1


@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        ({"PatientID": "CAPTURE"}, ["captures", "squeezed"]),
        ({"00100020": "SCD0000301"}, ["heart"]),
        ({"PatientID": "SCD*"}, ["heart", "other_heart"]),
        ({"PatientID": "SCD0000?01"}, ["heart", "other_heart"]),
        ({"PatientName": "screen*"}, ["captures", "squeezed"]),
        ({"StudyDate": "20240101-20241231"}, ["captures", "squeezed"]),
        ({"StudyDate": "20240229"}, ["captures", "squeezed"]),
        ({"StudyDate": "20240301-"}, []),
        ({"StudyDate": "20130101-20240229", "ModalitiesInStudy": "MR"}, ["captures", "squeezed"]),
        ({"ModalitiesInStudy": "MR", "PatientID": "SCD*"}, ["heart", "other_heart"]),
        ({"ModalitiesInStudy": "CT"}, []),
        ({"PatientID": "nobody"}, []),
    ],
)
def test_studies_are_found_by(
    client: DICOMwebClient,
    criterion: dict[str, str],
    found: list[str],
    request: pytest.FixtureRequest,
) -> None:
    rows = client.search_for_studies(search_filters=criterion)
    wanted = {request.getfixturevalue(name).study for name in found}
    assert set(values(rows, "StudyInstanceUID")) == wanted
    assert len(rows) == len(wanted)


def test_studies_are_found_by_a_list_of_uids(
    client: DICOMwebClient, heart: Files, captures: Files
) -> None:
    wanted = {heart.study, captures.study}
    rows = client.search_for_studies(search_filters={"StudyInstanceUID": ",".join(wanted)})
    assert set(values(rows, "StudyInstanceUID")) == wanted


def test_studies_come_in_pages(client: DICOMwebClient) -> None:
    everything = values(client.search_for_studies(), "StudyInstanceUID")
    pages = [client.search_for_studies(limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 1, 0]
    assert [uid for page in pages for uid in values(page, "StudyInstanceUID")] == everything
    rest = client.search_for_studies(limit=1, get_remaining=True)
    assert values(rest, "StudyInstanceUID") == everything
    assert (
        values(client.search_for_studies(offset=2, get_remaining=True), "StudyInstanceUID")
        == (everything[2:])
    )


def test_fields_are_added_when_asked_for(client: DICOMwebClient, captures: Files) -> None:
    only = {"StudyInstanceUID": captures.study}
    rows = client.search_for_studies(
        search_filters=only, fields=["PatientSex", "StudyID", "PatientBirthDate"]
    )
    assert {"00100040", "00200010", "00100030"} <= set(rows[0])
    (series,) = client.search_for_series(
        captures.study, fields=["SeriesDescription", "ConversionType", "BurnedInAnnotation"]
    )
    (instance,) = client.search_for_instances(
        captures.study, fields=["BurnedInAnnotation", "FrameTime"]
    )
    assert value(instance, "FrameTime") == "40.0"
    assert value(instance, "BurnedInAnnotation") == "NO"
    assert value(series, "SeriesInstanceUID") == captures.series


def test_fuzzy_matching_is_answered(client: DICOMwebClient, captures: Files) -> None:
    """A server that doesn't match fuzzily answers literally, and may say so in a warning."""
    for fuzzy in (True, False):
        rows = client.search_for_studies(
            fuzzymatching=fuzzy, search_filters={"PatientName": "Screen^Captured"}
        )
        assert captures.study in values(rows, "StudyInstanceUID")


def test_additional_parameters_narrow_a_search(client: DICOMwebClient, heart: Files) -> None:
    rows = client.search_for_studies(additional_params={"StudyInstanceUID": heart.study})
    assert values(rows, "StudyInstanceUID") == [heart.study]


def test_series_are_found_in_a_study_and_everywhere(
    client: DICOMwebClient, heart: Files, captures: Files
) -> None:
    (row,) = client.search_for_series(heart.study)
    assert value(row, "SeriesInstanceUID") == heart.series
    assert value(row, "StudyInstanceUID") == heart.study
    assert value(row, "Modality") == "MR"
    assert value(row, "NumberOfSeriesRelatedInstances") == len(heart.contents)
    assert len(client.search_for_series()) == 4
    captured = client.search_for_series(search_filters={"Modality": "MR", "SeriesNumber": "3"})
    assert captures.series in values(captured, "SeriesInstanceUID")
    assert len(captured) == 2
    named = client.search_for_series(search_filters={"SeriesInstanceUID": heart.series})
    assert values(named, "SeriesInstanceUID") == [heart.series]
    patient = client.search_for_series(search_filters={"PatientID": "CAPTURE"}, fuzzymatching=False)
    assert set(values(patient, "SeriesInstanceUID")) == set(values(captured, "SeriesInstanceUID"))
    assert client.search_for_series(heart.study, search_filters={"Modality": "CT"}) == []
    pages = [client.search_for_series(limit=3, offset=o) for o in (0, 3)]
    assert [len(page) for page in pages] == [3, 1]
    assert len(client.search_for_series(limit=2, get_remaining=True)) == 4


def test_instances_are_found_on_three_levels(
    client: DICOMwebClient, heart: Files, captures: Files
) -> None:
    n_all = len(heart.contents) + 20 + 2
    for rows in (
        client.search_for_instances(heart.study),
        client.search_for_instances(heart.study, heart.series),
    ):
        assert set(values(rows, "SOPInstanceUID")) == set(heart.instances)
        assert set(values(rows, "SOPClassUID")) == {str(heart.first.SOPClassUID)}
        assert set(values(rows, "Rows")) == {heart.first.Rows}
    assert len(client.search_for_instances()) == n_all
    assert len(client.search_for_instances(limit=7, get_remaining=True)) == n_all
    assert len(client.search_for_instances(heart.study, limit=7, offset=39)) == 1
    uid = heart.instances[5]
    found = client.search_for_instances(search_filters={"SOPInstanceUID": uid})
    assert values(found, "SOPInstanceUID") == [uid]
    number = int(heart.datasets[5].InstanceNumber)
    numbered = client.search_for_instances(
        heart.study, search_filters={"InstanceNumber": number}, fuzzymatching=False
    )
    assert values(numbered, "SOPInstanceUID") == [uid]
    (capture,) = client.search_for_instances(captures.study, captures.series)
    assert value(capture, "NumberOfFrames") == FRAMES


def test_a_study_that_is_not_there_has_no_series(client: DICOMwebClient) -> None:
    """Nothing matches, or there is no such place: both are the standard's."""
    answer = client._session.get(f"{client.base_url}/studies/{generate_uid()}/series", timeout=20)
    assert answer.status_code in (204, 404)
    if answer.status_code == 204:
        assert client.search_for_series(generate_uid()) == []


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


# ---- delete

STEWARD = f"""
from portal.accounts.services.users import create_user, make_token
from portal.projects.models import Membership, Project
steward = create_user(email="stig@example.org", display_name="Stig", password="{PASSWORD}")
Membership.objects.create(project=Project.objects.get(slug="{SLUG}"), user=steward,
                          role="data_steward")
print(make_token(by=steward, name="test")[1])
"""


def test_deleting_takes_the_right_to(client: DICOMwebClient, heart: Files) -> None:
    """Who coordinates, reads and administers may store, and delete nothing."""
    for delete in (
        lambda: client.delete_study(heart.study),
        lambda: client.delete_series(heart.study, heart.series),
        lambda: client.delete_instance(*heart.address),
    ):
        with pytest.raises(requests.HTTPError) as refused:
            delete()
        assert refused.value.response.status_code == 403
    assert len(client.search_for_instances(heart.study)) == len(heart.contents)


@pytest.fixture(scope="module")
def steward(accord: Installation) -> DICOMwebClient:
    token = accord.shell(STEWARD)
    return DICOMwebClient(accord.root, headers={"Authorization": f"Bearer {token}"})


def test_a_data_steward_deletes(client: DICOMwebClient, steward: DICOMwebClient) -> None:
    gone = multi_frame()
    study, series, instance = gone.address
    for delete in (
        lambda: steward.delete_instance(study, series, instance),
        lambda: steward.delete_series(study, series),
        lambda: steward.delete_study(study),
    ):
        client.store_instances(gone.datasets)
        assert len(client.search_for_instances(study)) == 1
        delete()
        rows = client.search_for_instances(search_filters={"SOPInstanceUID": instance})
        assert rows == []
        assert client.search_for_studies(search_filters={"StudyInstanceUID": study}) == []


# ---- who asks


@pytest.fixture
def signed_in(accord: Installation) -> Iterator[requests.Session]:
    """A session as a browser has it: cookies, and the token against forged requests."""
    session = requests.Session()
    api = f"{accord.web}/api/v1/session/"
    token = {"X-CSRFToken": session.get(api, timeout=20).cookies.get("csrftoken", "")}
    who = {"email": EMAIL, "password": PASSWORD}
    answer = session.post(api, json=who, headers=token, timeout=20)
    assert answer.ok, answer.text
    session.headers["X-CSRFToken"] = session.cookies["csrftoken"]
    yield session
    session.close()


def test_a_session_may_ask_and_store(
    accord: Installation, signed_in: requests.Session, heart: Files
) -> None:
    client = DICOMwebClient(f"{accord.web}/dicomweb/{SLUG}", session=signed_in)
    assert same(client.retrieve_instance(*heart.address), heart.first)
    assert len(client.store_instances([heart.first]).ReferencedSOPSequence) == 1
    del signed_in.headers["X-CSRFToken"]
    with pytest.raises(requests.HTTPError) as forged:
        client.store_instances([heart.first])
    assert forged.value.response.status_code == 403


def test_a_token_may_come_as_the_password(accord: Installation, heart: Files) -> None:
    session = create_session_from_user_pass("anything", accord.token)
    client = DICOMwebClient(accord.root, session=session)
    assert same(client.retrieve_instance(*heart.address), heart.first)
    assert len(client.store_instances([heart.first]).ReferencedSOPSequence) == 1


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}])
def test_nobody_else_may_ask_anything(
    accord: Installation, heart: Files, headers: dict[str, str]
) -> None:
    client = DICOMwebClient(accord.root, headers=headers)
    for ask in (
        client.search_for_studies,
        lambda: client.retrieve_study(heart.study),
        lambda: client.retrieve_instance_frames(*heart.address, [1]),
        lambda: client.retrieve_series_metadata(heart.study, heart.series),
        lambda: client.retrieve_instance_rendered(*heart.address),
        lambda: client.store_instances([heart.first]),
    ):
        with pytest.raises(requests.HTTPError) as refused:
            ask()
        assert refused.value.response.status_code == 401


# ---- last, since a server that takes it would hold more than the others expect


def test_an_instance_of_another_study_is_refused(accord: Installation, heart: Files) -> None:
    client = DICOMwebClient(accord.root, headers=accord.bearer)
    stranger = dcmread(BytesIO(heart.contents[0]))
    stranger.SOPInstanceUID = stranger.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    with pytest.raises(requests.HTTPError) as refused:
        client.store_instances([stranger], study_instance_uid=generate_uid())
    assert refused.value.response.status_code == 409
    (failed,) = refused.value.response.json()["00081198"]["Value"]
    assert failed["00081155"]["Value"] == [stranger.SOPInstanceUID]
    assert client.search_for_instances(search_filters={"00080018": stranger.SOPInstanceUID}) == []
