"""A subject leaves a project: nothing of it is left anywhere, and everything else stays whole."""

import json
import tracemalloc
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pydicom import dcmread

from portal.accounts.models import User
from portal.adjudication.models import ReferenceStandard
from portal.annotations.models import Annotation, Revision
from portal.annotations.verify import verify_revisions
from portal.audit.models import AuditEvent
from portal.audit.verify import all_scopes, verify_chain
from portal.cases.models import Case, Subject, WithdrawnSubject
from portal.datasets.models import DatasetExport, DatasetVersion, TestSet
from portal.imaging.models import Instance, Stack, Study
from portal.intake.models import ImportItem, QuarantinedFile
from portal.intake.services.quarantine import path_of
from portal.jobs.models import Job
from portal.modelhub.models import ModelState, TrainingRun
from portal.modelhub.services.registering import register_model
from portal.modelhub.services.training import start_training
from portal.projects.models import Membership
from portal.projects.roles import Role
from portal.reporting.models import Report
from portal.storage import files
from portal.storage.integrity import check_integrity
from portal.withdrawal import record
from tests.factories import reading as f
from tests.factories.crawl import crawl
from tests.factories.database import every_row
from tests.factories.hostile import deflated_bomb
from tests.factories.imaging import import_files
from tests.factories.locking import heart, import_heart, lock_case
from tests.factories.portal_worker import run_job

pytestmark = pytest.mark.django_db
GOING, STAYING = 31, 32


class Left:
    """Who leaves, and what would give it away."""

    def __init__(self, world: f.World, case: Case) -> None:
        self.world, self.case = world, case
        self.subject = case.visit.subject
        self.study = Study.objects.get(case=case)
        rows = Instance.objects.filter(series__study=self.study).select_related("series")
        self.instances = list(rows)
        one = self.instances[0]
        self.frame = (
            f"/dicomweb/{world.slug}/studies/{self.study.study_uid}/series/"
            f"{one.series.series_uid}/instances/{one.sop_instance_uid}/frames/1"
        )
        self.hashes = [row.blob_id for row in rows]
        polygon = Revision.objects.filter(annotation__read__case=case).exclude(parts=[]).first()
        assert polygon is not None
        self.needles = [
            f"SECRET{GOING}",
            self.study.study_uid,
            self.subject.patient_hash,
            json.dumps(polygon.parts[0][0])[1:-1],
            *(row.sop_instance_uid for row in rows),
            *self.hashes,
        ]


@pytest.fixture
def steward(world: f.World) -> User:
    person = f.user("Stella Steward")
    Membership.objects.create(project=world.project, user=person, role=Role.DATA_STEWARD)
    return person


@pytest.fixture
def left(world: f.World, steward: User, settings: Any, tmp_path: Any) -> Left:
    """Two locked cases in a dataset that was exported and trained on, reports made of both."""
    settings.ACCORD_DATA_DIR = tmp_path
    case = lock_case(world, heart(GOING, n_slices=3))
    lock_case(world, heart(STAYING, n_slices=3))
    api = f.Api(world.scientist)
    body: dict[str, Any] = {"name": "First"}
    dataset = api.post(f"projects/{world.slug}/datasets/", body).json()["id"]
    asked = api.post(f"datasets/{dataset}/exports/", {"formats": ["dicom_seg"]}).json()
    assert run_job(asked["id"]).state == "succeeded"
    run = start_training(
        by=world.scientist,
        dataset=DatasetVersion.objects.get(),
        base_model=world.project.champion.model,
        params={},
    )
    card = {**world.project.champion.model.card, "name": "mine", "version": "1", "title": "Mine"}
    run.model = register_model(project=world.project, card=card, state=ModelState.CHALLENGER)
    run.save()
    for reference in ReferenceStandard.objects.all():
        path = f"projects/{world.slug}/cases/{reference.case_id}/reference/report.pdf"
        answer = f.Api(world.adjudicator).get(path)
        assert answer.status_code == 200, answer.content
    return Left(world, case)


def withdraw(left: Left, by: User, *options: str) -> dict[str, Any]:
    out = StringIO()
    arguments = [left.subject.label, "--project", left.world.slug, "--by", by.email]
    call_command("withdraw", *arguments, "--reason", "consent", "--json", *options, stdout=out)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


def test_nothing_is_left_of_who_leaves(
    left: Left, steward: User, django_capture_on_commit_callbacks: Any
) -> None:
    before = every_row()
    assert [n for n in left.needles if n not in before] == []
    coordinator = f.Api(left.world.coordinator)
    assert coordinator.get(left.frame).status_code == 200  # and now it may be cached
    with django_capture_on_commit_callbacks(execute=True):
        found = withdraw(left, steward)
    after = every_row()
    assert [n for n in left.needles if n in after] == []
    assert coordinator.get(left.frame).status_code == 404
    for sha256 in left.hashes:
        assert not files.path_of(sha256).exists()
    assert found["removed"]["instances"] == len(left.instances)
    assert found["removed"]["exports"] == found["removed"]["reports"] == 1
    assert not DatasetExport.objects.filter(blob__isnull=False).exists()
    assert Report.objects.count() == 1
    assert not Job.objects.filter(case=left.case).exclude(payload={}).exists()
    assert check_integrity().findings == []
    # the other subject is as it was
    assert ReferenceStandard.objects.count() == Study.objects.count() == 1
    other = Instance.objects.select_related("blob").all()
    assert len(other) == 6
    assert all(files.path_of(row.blob_id).is_file() for row in other)


def test_what_used_the_subject_is_named_and_not_used_again(left: Left, steward: User) -> None:
    found = withdraw(left, steward)
    dataset = DatasetVersion.objects.get()
    assert [(d["name"], d["version"]) for d in found["affected"]["datasets"]] == [("First", 1)]
    assert [(m["name"], m["version"]) for m in found["affected"]["models"]] == [("mine", "1")]
    api = f.Api(left.world.scientist)
    body: dict[str, Any] = {"formats": ["nifti"]}
    refused = api.post(f"datasets/{dataset.pk}/exports/", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "dataset_withdrawn")
    base = left.world.project.champion.model.pk
    body = {"dataset_id": str(dataset.pk), "base_model_id": str(base)}
    refused = api.post(f"projects/{left.world.slug}/training-runs/", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "dataset_withdrawn")
    page = api.get(f"datasets/{dataset.pk}/").json()
    assert page["withdrawn_at"]
    assert sorted(item["withdrawn"] for item in page["items"]) == [False, True]
    model = TrainingRun.objects.get().model
    assert model is not None
    named = api.get(f"models/{model.pk}/").json()["withdrawn_data"]
    assert named == [{"name": "First", "version": 1}]
    # what was queued is stopped; a new version leaves the subject out
    assert TrainingRun.objects.get().job.state == "cancelled"
    body = {"name": "First"}
    again = api.post(f"projects/{left.world.slug}/datasets/", body).json()
    assert (again["version"], again["n_items"], again["withdrawn_at"]) == (2, 1, None)


def test_a_test_set_of_the_subject_is_marked(left: Left, steward: User) -> None:
    third = lock_case(left.world, heart(33, n_slices=3))
    body: dict[str, Any] = {"name": "Cases", "kind": "cases"}
    made = f.Api(left.world.quality).post(f"projects/{left.world.slug}/test-sets/", body)
    assert made.status_code == 201, made.content
    found = withdraw(Left(left.world, third), steward)
    test_set = TestSet.objects.get()
    assert found["affected"]["test_sets"] == [{"id": str(test_set.pk), "name": "Cases"}]
    assert test_set.withdrawn_at is not None
    assert test_set.items.count() == 0
    model = TrainingRun.objects.get().model
    assert model is not None
    body = {"test_set_id": str(test_set.pk)}
    refused = f.Api(left.world.scientist).post(f"models/{model.pk}/evaluate/", body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "test_set_withdrawn")


def test_tombstones_keep_the_chains(left: Left, steward: User) -> None:
    rows = Annotation.objects.all()
    assert list(verify_revisions(rows)) == []
    n_revisions, digest = (
        Revision.objects.count(),
        ReferenceStandard.objects.get(case=left.case).digest,
    )
    withdraw(left, steward)
    assert Revision.objects.count() == n_revisions
    assert list(verify_revisions(rows)) == []
    assert all(verify_chain(scope).ok or _only_heads(scope) for scope in all_scopes())
    kept = ReferenceStandard.with_withdrawn.get(case=left.case)
    assert (kept.digest, kept.content) == (digest, {})
    assert kept.signature.voided_at is not None
    event = AuditEvent.objects.get(action="subject.withdrawn")
    assert event.actor_id == str(steward.pk)
    assert event.details["affected"]["datasets"]
    tombstone = WithdrawnSubject.objects.get()
    assert (tombstone.label, tombstone.reason) == (left.subject.label, "consent")
    # a changed link shows, on both sides
    for case in (left.case, Case.objects.exclude(pk=left.case.pk).first()):
        revision = Revision.objects.filter(annotation__read__case=case).first()
        assert revision is not None
        Revision.objects.filter(pk=revision.pk).update(prev_hash="f" * 64)
        assert list(verify_revisions(rows.filter(read__case=case)))


def _only_heads(scope: str) -> bool:
    """Inside a test's transaction nothing commits, so no signed head is written."""
    codes = {p.code for p in verify_chain(scope).problems}
    return codes <= {"no_signed_heads", "unsigned_tail"}


def test_the_same_patient_does_not_come_back(left: Left, steward: User) -> None:
    contents = [files.read_bytes(sha256) for sha256 in left.hashes]
    withdraw(left, steward)
    assert import_files(left.world.project, left.world.coordinator, contents) == []
    items = ImportItem.objects.order_by("-created_at")[: len(contents)]
    assert {(i.outcome, i.code, i.sha256) for i in items} == {
        ("quarantined", "subject_withdrawn", "")
    }
    assert Study.objects.count() == 1
    # in another project the patient stays, and may be imported
    other = f.make_world(slug="other")
    assert len(import_files(other.project, other.coordinator, contents)) == 1


def test_sealed_files_of_the_patient_go_and_those_of_others_stay(
    left: Left, steward: User, django_capture_on_commit_callbacks: Any
) -> None:
    theirs = Instance.objects.exclude(series__study=left.study).first()
    assert theirs is not None
    for sha256, words in ((left.hashes[0], "another"), (theirs.blob_id, "another too")):
        dataset = dcmread(BytesIO(files.read_bytes(sha256)))
        dataset.ImageComments = words
        out = BytesIO()
        dataset.save_as(out)
        import_files(left.world.project, left.world.coordinator, [out.getvalue()])
    import_files(left.world.project, left.world.coordinator, [b"nobody can read this"])
    kept = {q.item.size: path_of(q) for q in QuarantinedFile.objects.select_related("item")}
    assert len(kept) == 3
    with django_capture_on_commit_callbacks(execute=True):
        found = withdraw(left, steward)
    assert found["removed"]["quarantined files"] == 1
    assert sum(path.exists() for path in kept.values()) == QuarantinedFile.objects.count() == 2


def test_a_sealed_bomb_is_not_unpacked(left: Left, steward: User) -> None:
    import_files(left.world.project, left.world.coordinator, [deflated_bomb(512 << 20)])
    kept = QuarantinedFile.objects.get()
    tracemalloc.start()
    withdraw(left, steward)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 << 20
    assert path_of(kept).exists()  # nobody can tell whose it is; it goes when its time is over


def test_bytes_that_another_project_holds_stay(
    left: Left, steward: User, django_capture_on_commit_callbacks: Any
) -> None:
    other = f.make_world(slug="other")
    contents = [files.read_bytes(sha256) for sha256 in left.hashes]
    import_files(other.project, other.coordinator, contents)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(left, steward)
    assert all(files.read_bytes(s) == c for s, c in zip(left.hashes, contents, strict=True))
    assert check_integrity().findings == []


def test_a_dry_run_tells_the_same_and_does_nothing(
    left: Left, steward: User, django_capture_on_commit_callbacks: Any
) -> None:
    before = every_row()
    with django_capture_on_commit_callbacks(execute=True) as done:
        told = withdraw(left, steward, "--dry-run")
    assert done == []
    assert every_row() == before
    assert all(files.path_of(sha256).is_file() for sha256 in left.hashes)
    found = withdraw(left, steward)
    assert {**told, "dry_run": False} == found


def test_all_or_nothing(left: Left, steward: User, monkeypatch: pytest.MonkeyPatch) -> None:
    before = every_row()

    def fail(**_fields: Any) -> None:
        raise RuntimeError("the audit row can't be written")

    with monkeypatch.context() as patch:
        patch.setattr("portal.withdrawal.services.withdrawing.record_in_project", fail)
        with pytest.raises(RuntimeError):
            withdraw(left, steward)
    assert every_row() == before


def test_pages_still_open_for_everybody(left: Left, steward: User) -> None:
    withdraw(left, steward)
    world = left.world
    for person in (world.coordinator, world.adjudicator, world.scientist, world.quality, steward):
        api = f.Api(person)
        api.client.raise_request_exception = False
        failed = {a: s for a, (s, _) in crawl(api).items() if s >= 500}
        assert failed == {}


def test_it_is_written_down_apart_from_the_database(
    left: Left, steward: User, django_capture_on_commit_callbacks: Any
) -> None:
    key = Subject.objects.get(pk=left.subject.pk).patient_key
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(left, steward)
    (line,) = record.read()
    assert (line.project, line.patient_key) == (str(left.world.project.pk), key)
    assert left.subject.label not in record.path().read_text()
    # a line that a crash cut is written again, on a line of its own
    record.path().write_text(record.path().read_text()[:-20])
    assert record.read() == []
    assert record.complete() == 1
    assert record.read() == [line]
    assert record.complete() == 0


@pytest.mark.parametrize("who", ["coordinator", "owner", "admin", "scientist", "reader_a"])
def test_only_the_data_steward(left: Left, who: str) -> None:
    with pytest.raises(CommandError, match="may withdraw"):
        withdraw(left, getattr(left.world, who))
    assert Study.objects.count() == 2


def test_over_rest_with_a_password(left: Left, steward: User) -> None:
    api = f.Api(steward)
    root = f"projects/{left.world.slug}/subjects/"
    rows = api.get(root).json()["results"]
    assert [(r["label"], r["n_cases"], r["n_studies"]) for r in rows] == [
        ("S0001", 1, 1),
        ("S0002", 1, 1),
    ]
    one = f"{root}{left.subject.pk}/withdrawal/"
    told = api.post(f"{one}preview/").json()
    assert (told["dry_run"], told["removed"]["studies"]) == (True, 1)
    body = {"reason": "consent", "password": "not it"}
    assert api.post(one, body).json()["error"]["code"] == "wrong_password"
    body = {"reason": " ", "password": f.PASSWORD}
    assert api.post(one, body).status_code == 422
    body = {"reason": "consent", "password": f.PASSWORD}
    done = api.post(one, body)
    assert done.status_code == 200, done.content
    assert done.json()["removed"] == told["removed"]
    again = api.post(one, body)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "already_withdrawn")
    row = api.get(root).json()["results"][0]
    assert row["withdrawn"]["reason"] == "consent"
    assert (row["n_studies"], row["withdrawn"]["by"]) == (0, steward.display_name)


def test_work_under_way_on_the_subject_is_refused_afterwards(left: Left, steward: User) -> None:
    world = left.world
    case = import_heart(world, heart(34, n_slices=3))
    (read,) = world.assign(case, world.reader_a)
    operation = {
        "op_id": f.op_id(),
        "kind": "contour",
        "structure": "lv_endo",
        "sop_instance_uid": f.frame_uid(f.full(read), 0, 0),
        "frame_number": 1,
        "base_version": 0,
        "parts": [f.circle(60, 60, 10)],
    }
    left.subject = case.visit.subject
    withdraw(left, steward)
    answer = f.Api(world.reader_a).post(f"reads/{read.pk}/operations/", {"operations": [operation]})
    assert answer.status_code in (404, 409), answer.content
    assert not Stack.objects.filter(study__case=case).exclude(meta={}).exists()
