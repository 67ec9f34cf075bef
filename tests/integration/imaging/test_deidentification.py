"""A project that de-identifies: nothing of who was scanned is stored, and the steward can tell."""

import json
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from pydicom import dcmread

from portal.audit.models import AuditEvent
from portal.imaging.models import Instance, Study
from portal.intake.models import ImportItem, StudyIdentity, SubjectIdentity
from portal.intake.services import identities
from portal.projects.models import Project
from portal.projects.roles import Role
from portal.storage import files
from tests.factories import reading as f
from tests.factories.identity import SECRET, as_bytes, with_identity
from tests.factories.imaging import import_files, phantom_files
from tests.factories.people import PASSWORD, add, make_project
from tests.factories.planted import as_file, everywhere, image, traces
from tests.integration.permissions.people_and_things import stowed

pytestmark = pytest.mark.django_db
PROCEDURE = "basic-2026c-v1+dates+patient"


@pytest.fixture
def project() -> Project:
    project = make_project()
    Project.objects.filter(pk=project.pk).update(deid_procedure=PROCEDURE)
    project.refresh_from_db()
    return project


@pytest.fixture
def coordinator(project):
    return add(project, "cora", Role.COORDINATOR)


@pytest.fixture
def steward(project):
    return add(project, "stella", Role.DATA_STEWARD)


def identified(n: int = 8, seed: int = 3) -> list[bytes]:
    return [as_bytes(with_identity(p.read_bytes())) for p in phantom_files(seed)[:n]]


def everything_stored() -> str:
    """The whole database as text, but for what is sealed and for the people who sign in."""
    out = StringIO()
    call_command("dumpdata", "--natural-foreign", exclude=["contenttypes", "sessions"], stdout=out)
    return out.getvalue()


def all_bytes() -> bytes:
    paths = [p for p in Path(settings.ACCORD_DATA_DIR).rglob("*") if p.is_file()]
    paths += [p for p in files.root().rglob("*") if p.is_file()]
    return b"".join(p.read_bytes() + p.name.encode() for p in paths if ".sqlite3" not in p.name)


def send_over_rest(client: Client, slug: str, contents: list[bytes], name: str) -> dict[str, Any]:
    root = f"/api/v1/projects/{slug}/imports/"
    body = json.dumps({"name": name})
    batch = client.post(root, data=body, content_type="application/json").json()["id"]
    for sequence, data in enumerate(contents):
        answer = client.post(
            f"{root}{batch}/files/?sequence={sequence}",
            data=data,
            content_type="application/octet-stream",
        )
        assert answer.status_code == 200, answer.content
    return dict(client.post(f"{root}{batch}/finish/").json())


def test_planted_identity_is_nowhere_after_an_import(project, coordinator) -> None:
    contents = [everywhere(seed, "1.2.840.10008.1.2.1") for seed in range(3)]
    found = send_over_rest(
        f.Api(coordinator).client, project.slug, contents, "QUILLFEATHER ZEBEDEE 20190317"
    )
    assert found["name"] == "Upload"  # a folder is named after a patient
    assert Instance.objects.count() == 1  # one UID as sent: the first, and two conflicts
    everything = everything_stored()
    assert traces(everything.encode()) == []
    for blob in Instance.objects.values_list("blob_id", flat=True):
        assert traces(files.read_bytes(blob)) == []
    assert [t for t in traces(all_bytes()) if t not in ("20190317",)] == []
    assert not list((files.root() / "drafts").iterdir())
    assert traces(json.dumps(found).encode()) == []


def test_a_study_is_stored_clean_and_reads_as_before(project, coordinator) -> None:
    contents = [as_bytes(with_identity(p.read_bytes())) for p in phantom_files(3)]
    (study,) = import_files(project, coordinator, contents)
    assert study.deid_procedure == PROCEDURE
    stack = study.stacks.get()
    assert (stack.n_slices, stack.n_phases, stack.sequence_kind, stack.view) == (
        5,
        8,
        "cine",
        "SAX",
    )
    assert [found for found in stack.findings if found["severity"] == "problem"] == []
    assert study.case is not None
    assert study.case.is_phantom
    assert SECRET not in everything_stored()
    stored = dcmread(BytesIO(files.read_bytes(Instance.objects.first().blob_id)))
    assert stored.PatientID == SubjectIdentity.objects.get().pseudonym
    again = import_files(project, coordinator, contents)
    assert again == [study]
    assert ImportItem.objects.filter(outcome="duplicate").count() == 40


def test_stow_is_cleaned_too(project, coordinator) -> None:
    body, content_type = stowed(identified(1)[0])
    answer = f.Api(coordinator).client.post(
        f"/dicomweb/{project.slug}/studies", data=body, content_type=content_type
    )
    assert answer.status_code == 200, answer.content
    assert SECRET not in everything_stored()
    assert Study.objects.get().deid_procedure == PROCEDURE


def test_one_patient_is_one_subject_across_projects_that_clean_and_that_dont(
    project, coordinator
) -> None:
    other = make_project("other")
    (here,) = import_files(project, coordinator, identified(2))
    (there,) = import_files(other, add(other, "otto", Role.COORDINATOR), identified(2))
    subjects = [study.case.visit.subject for study in (here, there)]
    assert subjects[0].patient_hash == subjects[1].patient_hash
    assert here.study_uid != there.study_uid
    assert there.deid_procedure == "none-v1"
    assert SubjectIdentity.objects.count() == 1


@pytest.mark.parametrize("nobody", [("", ""), (" ", "^^^"), (None, None)])
def test_studies_of_nobody_are_of_one_subject_each(
    project, coordinator, nobody: tuple[str | None, str | None]
) -> None:
    other = make_project("other")
    hashes = []
    for place, by in ((project, coordinator), (other, add(other, "otto", Role.COORDINATOR))):
        contents = [of_nobody(seed, *nobody) for seed in (1, 2)]
        studies = import_files(place, by, contents)
        subjects = {study.case.visit.subject for study in studies}
        assert len(studies) == len(subjects) == 2
        hashes.append({subject.patient_hash for subject in subjects})
    assert hashes[0] == hashes[1]
    assert SubjectIdentity.objects.values("pseudonym").distinct().count() == 2


def of_nobody(seed: int, patient_id: str | None, name: str | None) -> bytes:
    """A file that says nothing of its patient; None leaves the attributes out."""
    dataset = dcmread(phantom_files(seed)[0])
    dataset.PatientID, dataset.PatientName = patient_id, name
    if patient_id is None:
        del dataset.PatientID, dataset.PatientName
    return as_bytes(dataset)


def test_a_file_that_cant_be_cleaned_is_not_stored(project, coordinator) -> None:
    import_files(project, coordinator, [identified(1)[0][:900], b"SECRET"])
    assert set(ImportItem.objects.values_list("outcome", "code")) == {
        ("quarantined", "unreadable_dicom")
    }
    assert Instance.objects.count() == 0
    assert SECRET not in everything_stored()


@pytest.mark.parametrize("sign", ["stated", "seen"])
def test_text_in_the_pixels_goes_to_quarantine(project, coordinator, sign: str) -> None:
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    dataset = image()
    if sign == "stated":
        dataset.BurnedInAnnotation = "YES"
    else:
        picture = Image.new("L", (256, 256))
        ImageDraw.Draw(picture).text((5, 5), "SMITH JOHN", 255, ImageFont.load_default(16))
        dataset.Rows = dataset.Columns = 256
        dataset.PixelData = (np.asarray(picture).astype("<u2") * 4).tobytes()
    import_files(project, coordinator, [as_file(dataset)])
    item = ImportItem.objects.get()
    assert (item.outcome, item.code) == ("quarantined", "burned_in_suspected")
    assert Instance.objects.count() == 0
    other = make_project("asis")
    import_files(other, add(other, "otto", Role.COORDINATOR), [as_file(dataset)])
    assert Instance.objects.count() == 1  # a project that stores files as sent doesn't look


def test_the_steward_opens_the_list_and_it_is_written_down(project, coordinator, steward) -> None:
    import_files(project, coordinator, identified(2))
    row = SubjectIdentity.objects.get()
    assert SECRET.encode() not in bytes(row.sealed)
    assert SECRET.encode() not in bytes(StudyIdentity.objects.get().sealed)
    api, address = f.Api(steward), f"projects/{project.slug}/reidentification/"
    listed = api.get(address).json()
    assert listed["count"] == 1
    assert listed["results"][0]["pseudonym"] == row.pseudonym
    assert SECRET not in json.dumps(listed)
    refused = api.post(f"{address}open/", {"password": "wrong"})
    assert refused.json()["error"]["code"] == "wrong_password"
    assert not AuditEvent.objects.filter(action="reidentification.opened").exists()
    for search, fits in (
        ("", 1), (row.pseudonym.lower(), 1), ("S0001", 1), ("secret patientid", 1), ("nobody", 0),
    ):  # fmt: skip
        answer = api.post(f"{address}open/", {"password": PASSWORD, "search": search})
        assert answer.status_code == 200, answer.content
        assert answer["Cache-Control"] == "no-store"
        assert answer.json()["count"] == fits, search
    opened = api.post(f"{address}open/", {"password": PASSWORD}).json()["results"][0]
    assert opened["patient_name"] == f"{SECRET} PatientNa"
    assert opened["patient_id"] == f"{SECRET} PatientID"
    assert opened["birth_date"] == "19011231"
    assert opened["studies"][0]["accession_number"] == f"{SECRET} Accession"
    events = AuditEvent.objects.filter(action="reidentification.opened")
    assert events.count() == 6
    assert SECRET not in json.dumps(list(events.values("details")), default=str)


def test_an_opening_that_cant_be_audited_opens_nothing(
    project, coordinator, steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_files(project, coordinator, identified(1))

    def broken(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(identities, "record_in_project", broken)
    with pytest.raises(RuntimeError):
        identities.open_identities(by=steward, project=project, password=PASSWORD)


def test_the_choice_is_made_at_creation_and_fixed_by_the_first_study() -> None:
    admin = make_project("first").memberships.get().user
    api = f.Api(admin)

    def patch(path: str, body: dict[str, Any]) -> Any:
        return api.client.patch(f"/api/v1/{path}", json.dumps(body), "application/json")

    asked = {"on": True, "options": ["patient", "dates"]}
    made = api.post("projects/", {"name": "Clean", "slug": "clean", "deidentification": asked})
    assert made.status_code == 201, made.content
    assert made.json()["deidentification"] == {
        "on": True, "options": ["dates", "patient"], "procedure": PROCEDURE, "fixed": False,
    }  # fmt: skip
    address = "projects/clean/"
    changed = patch(address, {"deidentification": {"on": True, "options": []}})
    assert changed.json()["deidentification"]["procedure"] == "basic-2026c-v1"
    wrong = patch(address, {"deidentification": {"on": True, "options": ["names"]}})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "invalid_input")
    project = Project.objects.get(slug="clean")
    import_files(project, add(project, "cora", Role.COORDINATOR), identified(1))
    fixed = patch(address, {"deidentification": {"on": False, "options": []}})
    assert (fixed.status_code, fixed.json()["error"]["code"]) == (409, "deidentification_fixed")
    same = patch(address, {"name": "Cleaner", "deidentification": {"on": True, "options": []}})
    assert same.json()["name"] == "Cleaner"
    assert same.json()["deidentification"]["fixed"] is True


def test_projects_store_files_as_sent_unless_told_otherwise() -> None:
    assert make_project("plain").deid_procedure == "none-v1"
