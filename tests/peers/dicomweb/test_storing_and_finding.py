"""Storing, and finding what was stored."""

import pytest
from dicomweb_client import DICOMwebClient
from pydicom import Dataset
from pydicom.uid import generate_uid

from tests.peers.dicomweb.comparing import value, values
from tests.peers.material import FRAMES, Files

pytestmark = pytest.mark.usefixtures("stored")


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
