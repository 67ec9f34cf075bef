"""QIDO-RS: attributes, matching, returned attributes, warnings; on the ordinary path and the fast
one, which share their handlers."""

from io import BytesIO, StringIO
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from api.dicomweb import qido
from portal.imaging.models import Study
from tests.factories import reading as f
from tests.factories.entry import WsgiClient
from tests.factories.imaging import import_files, phantom_files

pytestmark = pytest.mark.django_db

PEOPLE: list[dict[str, Any]] = [
    {"PatientName": "Doe^Jane^^Dr", "PatientID": "A-1", "StudyDate": "20200105"},
    {"PatientName": "Doe^John", "PatientID": "A-2", "StudyDate": "20200620"},
    {"PatientName": "Müller^Änne", "PatientID": "B_1", "StudyDate": "20210101"},
    {"PatientName": "Yamada^Tarou=山田^太郎=やまだ^たろう", "PatientID": "B%1", "StudyDate": ""},
]
TIMES = ["083000", "120000.5", "1430", ""]


def study_file(number: int, **values: Any) -> bytes:
    dataset = dcmread(phantom_files()[0])
    dataset.SpecificCharacterSet = "ISO_IR 192"
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(dataset, keyword, generate_uid(entropy_srcs=[keyword, str(number)]))
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.AccessionNumber = f"ACC{number}"
    dataset.StudyTime = TIMES[number]
    dataset.ReferringPhysicianName = "House^Gregory"
    dataset.PatientAge = f"0{number}0Y"
    request = Dataset()
    request.ScheduledProcedureStepID = f"STEP{number}"
    dataset.RequestAttributesSequence = [request]
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    out = BytesIO()
    dataset.save_as(out)
    return out.getvalue()


class Search:
    def __init__(self, world: f.World, person: Any) -> None:
        self.client = WsgiClient(f.Api(person).client)
        self.root = f"/dicomweb/{world.slug}"

    def answer(self, path: str) -> Any:
        return self.client.get(f"{self.root}/{path}")

    def rows(self, path: str) -> list[dict[str, Any]]:
        answer = self.answer(path)
        assert answer.status_code in (200, 204), answer.content
        return list(orjson.loads(answer.content)) if answer.content else []

    def ids(self, query: str) -> set[str]:
        return {row["00100020"]["Value"][0] for row in self.rows(f"studies?{query}")}


@pytest.fixture
def search(world: f.World) -> Search:
    contents = [study_file(n, **values) for n, values in enumerate(PEOPLE)]
    import_files(world.project, world.coordinator, contents)
    return Search(world, world.coordinator)


ALL = {"A-1", "A-2", "B_1", "B%1"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ALL),
        ("PatientName=doe^jane^^dr", {"A-1"}),
        ("PatientName=Doe*", {"A-1", "A-2"}),
        ("PatientName=D?e^J*", {"A-1", "A-2"}),
        ("PatientName=Doe", set()),
        ("PatientName=doe^john^^^", {"A-2"}),
        ("PatientName=*^Ja*", {"A-1"}),
        ("PatientName=m%C3%BCller*", {"B_1"}),
        ("PatientName=%E5%B1%B1%E7%94%B0*", {"B%1"}),
        ("PatientName=*", ALL),
        ("00100020=A-1", {"A-1"}),
        ("PatientID=b_*", {"B_1"}),
        ("PatientID=B%25*", {"B%1"}),
        ("PatientID=%25", set()),
        ("StudyDate=20200105", {"A-1"}),
        ("StudyDate=20200105-20200620", {"A-1", "A-2"}),
        ("StudyDate=20200106-", {"A-2", "B_1"}),
        ("StudyDate=-20200620", {"A-1", "A-2"}),
        ("StudyTime=08-12", {"A-1", "A-2"}),
        ("StudyTime=1430", {"B_1"}),
        ("StudyTime=1200-", {"A-2", "B_1"}),
        # one range of moments: the first day from nine, the last day to noon
        ("StudyDate=20200105-20200620&StudyTime=0900-1201", {"A-2"}),
        ("StudyDate=20200105-20210101&StudyTime=0800-1000", {"A-1", "A-2"}),
        ("AccessionNumber=ACC1", {"A-2"}),
        ("ModalitiesInStudy=MR", ALL),
        ("ModalitiesInStudy=CT,MR", ALL),
        ("ModalitiesInStudy=CT", set()),
        ("Modality=MR&PatientID=A-2", {"A-2"}),
        ("ReferringPhysicianName=house*&PatientID=A*", {"A-1", "A-2"}),
        ("NumberOfStudyRelatedInstances=1&PatientID=A-1", {"A-1"}),
    ],
)
def test_studies(search: Search, query: str, found: set[str]) -> None:
    assert search.ids(query) == found


def test_uid_lists(search: Search) -> None:
    uids = [row["0020000D"]["Value"][0] for row in search.rows("studies")]
    for separator in (",", "\\", "%5C"):
        rows = search.rows(f"studies?StudyInstanceUID={uids[0]}{separator}{uids[2]}")
        assert {row["0020000D"]["Value"][0] for row in rows} == {uids[0], uids[2]}
    again = search.rows(f"studies?StudyInstanceUID={uids[0]}&0020000D={uids[0]}")
    assert len(again) == 1


@pytest.mark.parametrize(
    "query",
    [
        "NoSuchThing=1",
        "0010=1",
        "StudyDate=2020",
        "StudyDate=-",
        "StudyTime=99x",
        "StudyInstanceUID=abc",
        "limit=-1",
        "limit=ten",
        "offset=1.5",
        "includefield=NoSuchThing",
        "FlipAngle=3",
        "RequestAttributesSequence.ScheduledProcedureStepID=STEP1",
    ],
)
def test_what_can_not_be_asked_is_named(search: Search, query: str) -> None:
    answer = search.answer(f"studies?{query}")
    assert answer.status_code == 400
    error = orjson.loads(answer.content)["error"]
    assert error["code"] == "bad_parameter"
    assert len(error["message"]) > 20


STUDY_TAGS = (
    "00080005 00080020 00080030 00080050 00080056 00080061 00080090 00081190 00100010 00100020"
)
STUDY_TAGS += " 00100030 00100040 0020000D 00200010 00201206 00201208"
SERIES_TAGS = "00080005 00080060 0008103E 00081190 0020000E 00200011 00201209"
INSTANCE_TAGS = "00080005 00080016 00080018 00080056 00081190 00200013 00280010 00280011 00280100"


def test_required_attributes_are_returned(search: Search) -> None:
    (study,) = search.rows("studies?PatientID=A-1")
    assert not set(STUDY_TAGS.split()) - set(study)
    assert study["00081190"] == {
        "vr": "UR",
        "Value": [f"http://localhost{search.root}/studies/{study['0020000D']['Value'][0]}"],
    }
    uid = study["0020000D"]["Value"][0]
    (series,) = search.rows(f"studies/{uid}/series")
    assert not set(SERIES_TAGS.split()) - set(series)
    assert "00100010" not in series
    (relational,) = search.rows(f"series?StudyInstanceUID={uid}")
    assert not {*STUDY_TAGS.split(), *SERIES_TAGS.split()} - set(relational)
    (instance,) = search.rows(f"studies/{uid}/series/{series['0020000E']['Value'][0]}/instances")
    assert not set(INSTANCE_TAGS.split()) - set(instance)
    assert "00201209" not in instance
    (everywhere,) = search.rows(f"instances?StudyInstanceUID={uid}")
    assert not {*STUDY_TAGS.split(), *SERIES_TAGS.split(), *INSTANCE_TAGS.split()} - set(everywhere)
    assert "/instances/" in everywhere["00081190"]["Value"][0]


def test_includefield(search: Search) -> None:
    assert "00101010" not in search.rows("studies?PatientID=A-1")[0]
    for query in ("includefield=PatientAge", "includefield=00101010,StudyID", "PatientAge="):
        (row,) = search.rows(f"studies?PatientID=A-2&{query}")
        assert row["00101010"]["Value"] == ["010Y"]
    (row,) = search.rows("studies?PatientID=A-2&includefield=all")
    assert row["00101010"]["Value"] == ["010Y"]
    (series,) = search.rows("series?PatientID=A-2&includefield=Manufacturer")
    assert series["00080070"]["Value"]
    (instance,) = search.rows("instances?PatientID=A-2&includefield=FlipAngle,PixelSpacing")
    assert "00280030" in instance
    (whole,) = search.rows("instances?PatientID=A-2&includefield=all")
    assert len(whole) > 40
    assert "7FE00010" not in whole


def test_series_and_instances_by_attribute(search: Search) -> None:
    step = "RequestAttributesSequence.ScheduledProcedureStepID"
    (row,) = search.rows(f"series?{step}=STEP2")
    assert row["00100020"]["Value"] == ["B_1"]
    assert search.rows(f"series?{step}=NONE") == []
    (row,) = search.rows("series?00400275.00400009=STEP1")
    assert row["00100020"]["Value"] == ["A-2"]
    uid = row["0020000E"]["Value"][0]
    assert len(search.rows(f"series?SeriesInstanceUID={uid}")) == 1
    (instance,) = search.rows(f"instances?SeriesInstanceUID={uid}&Rows=64")
    assert search.rows(f"instances?SeriesInstanceUID={uid}&Rows=65") == []
    sop = instance["00080018"]["Value"][0]
    assert len(search.rows(f"instances?SOPInstanceUID={sop}")) == 1
    assert search.rows("instances?SOPInstanceUID=1.2.3") == []


def test_limit_offset_and_warnings(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    every = [row["00100020"]["Value"][0] for row in search.rows("studies")]
    pages = [search.rows(f"studies?limit=2&offset={n}") for n in (0, 2, 4)]
    assert [r["00100020"]["Value"][0] for page in pages for r in page] == every
    assert "Warning" not in search.answer("studies?limit=2").headers
    monkeypatch.setattr(qido, "MAX_RESULTS", 3)
    for query in ("studies", "studies?limit=900", "studies?PatientSex=*&limit=900"):
        answer = search.answer(query)
        assert len(orjson.loads(answer.content)) == 3
        assert "There are 1 additional results" in answer.headers["Warning"]
    fuzzy = search.answer("studies?fuzzymatching=true&limit=1").headers["Warning"]
    assert fuzzy.startswith("299 ")
    assert "fuzzymatching parameter is not supported" in fuzzy
    assert "Warning" not in search.answer("studies?fuzzymatching=false&limit=1").headers


def test_nothing_found_is_204_and_nothing_there_404(search: Search) -> None:
    answer = search.answer("studies?PatientID=nobody")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in ("studies/1.2.3/series", "studies/1.2.3/instances"):
        assert search.answer(path).status_code == 404


def test_only_json_is_offered(search: Search) -> None:
    for accept in ("application/dicom+json", "application/json", "*/*", "text/html, */*;q=0.1"):
        assert search.client.get(f"{search.root}/studies", accept=accept).status_code == 200
    xml = 'multipart/related; type="application/dicom+xml"'
    assert search.client.get(f"{search.root}/studies", accept=xml).status_code == 406
    assert search.answer("studies?accept=application/dicom%2Bxml").status_code == 406


def test_a_search_never_reads_what_a_person_may_not_see(world: f.World, search: Search) -> None:
    """A relabelled study is found by its label and by nothing that was hidden."""
    study = Study.objects.get(found_patient_id="A-1")
    assert study.case is not None
    (read,) = world.assign(study.case, world.reader_a)
    mine = Search(world, world.reader_a)
    (row,) = mine.rows("studies")
    assert row["00100010"]["Value"] == [{"Alphabetic": read.alias}]
    assert row["00081190"]["Value"][0].startswith("http://localhost/")
    hidden = (
        "PatientName=Doe*", "PatientID=A-1", "StudyDate=20200105", "AccessionNumber=ACC0",
        "ReferringPhysicianName=*House*", "StudyTime=08-09", "PatientBirthDate=19000101-",
    )  # fmt: skip
    for query in hidden:
        assert mine.rows(f"studies?{query}") == [], query
        assert mine.rows(f"instances?{query}") == [], query
    assert len(mine.rows(f"studies?PatientID={read.alias}")) == 1
    assert mine.rows(f"studies?PatientID={study.label}") == []
    for path in ("studies", "series", "instances"):
        seen = mine.answer(f"{path}?includefield=all&includefield=PatientAge").content
        for secret in (b"Doe", b"A-1", b"ACC0", b"House", b"20200105", b"000Y"):
            assert secret not in seen, (path, secret)


def test_the_index_can_be_brought_up_to_date_at_once(world: f.World, search: Search) -> None:
    Study.objects.update(is_indexed=False, found_row="", found_name="")
    call_command("index_studies", stdout=StringIO())
    assert not Study.objects.filter(is_indexed=False).exists()
    assert search.ids("PatientName=Doe*") == {"A-1", "A-2"}
