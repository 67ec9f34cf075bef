"""Settling a case: who may, taking Blue or Orange, signing, and that nothing changes after."""

from typing import Any

import pytest

from portal.accounts.models import Signature
from portal.adjudication.models import Adjudication, ReferenceStandard
from portal.adjudication.selectors import reference_labels
from portal.annotations.models import Annotation, Revision
from portal.audit.models import AuditEvent
from portal.audit.services import project_scope
from portal.audit.verify import verify_chain
from portal.cases.models import Case
from portal.core.hashing import digest
from portal.projects.models import Membership
from portal.projects.roles import Role
from portal.reads.models import Read
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: f.World) -> Case:
    return f.make_case(world.project, "C-1")


@pytest.fixture
def adjudication(world: f.World, case: Case) -> Adjudication:
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a, class_="normal")
    f.read_through(world.reader_b, b, scale=1.3, class_="dilated")
    return Adjudication.objects.get(case=case)


@pytest.fixture
def api(world: f.World) -> f.Api:
    return f.Api(world.adjudicator)


def start(api: f.Api, row: Adjudication) -> str:
    answer = api.post(f"adjudications/{row.pk}/start/")
    assert answer.status_code == 200, answer.content
    return answer.json()["read_id"]


def take(api: f.Api, row: Adjudication, source: str, **more: Any) -> Any:
    return api.post(
        f"adjudications/{row.pk}/decide/",
        {"op_id": f.op_id(), "source": source, "reason": "contour_offset", **more},
    )


def sign(api: f.Api, row: Adjudication, read_id: str, **changes: Any) -> Any:
    contents = api.get(f"reads/{read_id}/annotations/").json()
    body = {
        "op_id": f.op_id(),
        "password": f.PASSWORD,
        "meaning": "I settled this case",
        "freezes": f.freezes_of(contents),
        **changes,
    }
    return api.post(f"adjudications/{row.pk}/sign/", body)


def settle(api: f.Api, row: Adjudication, source: str = "a") -> Any:
    read_id = start(api, row)
    take(api, row, source)
    return sign(api, row, read_id)


def blue_is_reader_a(row: Adjudication, world: f.World) -> bool:
    return row.comparison.readings.get(key="a").read.reader.user_id == world.reader_a.pk


def test_list_and_detail_hide_who_read(
    world: f.World, api: f.Api, adjudication: Adjudication
) -> None:
    listed = api.get(f"projects/{world.slug}/adjudications/?state=open")
    assert [row["id"] for row in listed.json()["results"]] == [str(adjudication.pk)]
    assert api.get(f"projects/{world.slug}/adjudications/?state=signed").json()["count"] == 0
    assert api.get(f"projects/{world.slug}/adjudications/?state=odd").status_code == 422
    detail = api.get(f"adjudications/{adjudication.pk}/")
    body = detail.json()
    assert [row["label"] for row in body["readings"]] == ["Blue", "Orange"]
    assert all(len(row["annotations"]) == f.SLICES * 2 * 3 for row in body["readings"])
    assert body["agreement"]["outcome"] == "adjudicating"
    for person in (world.reader_a, world.reader_b):
        for secret in (person.display_name, str(person.pk), person.email, str(person.reader.pk)):
            assert secret.encode() not in detail.content
            assert secret.encode() not in listed.content
    for read in Read.objects.filter(purpose="reading"):
        assert str(read.pk).encode() not in detail.content


def test_a_reader_of_the_case_can_not_adjudicate_it(
    world: f.World, adjudication: Adjudication
) -> None:
    Membership.objects.create(project=world.project, user=world.reader_a, role=Role.ADJUDICATOR)
    api = f.Api(world.reader_a)
    assert api.get(f"projects/{world.slug}/adjudications/").json()["count"] == 0
    assert api.get(f"adjudications/{adjudication.pk}/").status_code == 404
    for verb in ("start", "decide", "undo", "sign"):
        body = {"op_id": "x", "source": "a", "freezes": {}}
        assert api.post(f"adjudications/{adjudication.pk}/{verb}/", body).status_code == 404
    agreement = f"projects/{world.slug}/cases/{adjudication.case_id}/agreement/"
    assert api.get(agreement).status_code == 404


def test_an_adjudicator_can_not_be_made_a_reader_after(
    world: f.World, api: f.Api, adjudication: Adjudication
) -> None:
    start(api, adjudication)
    Membership.objects.create(project=world.project, user=world.adjudicator, role=Role.READER)
    read = Read.objects.filter(purpose="reading").first()
    assert read is not None
    boss = f.Api(world.coordinator)
    boss.post(f"reads/{read.pk}/withdraw/", {"reason": "wrong case"})
    outcome = boss.post(
        f"projects/{world.slug}/assignments/",
        {"case_ids": [str(adjudication.case_id)], "user_ids": [str(world.adjudicator.pk)]},
    ).json()
    assert outcome["created"] == 0
    assert outcome["skipped"][0]["code"] == "adjudicates_case"


def test_the_second_adjudicator_comes_too_late(
    world: f.World, api: f.Api, adjudication: Adjudication
) -> None:
    first = start(api, adjudication)
    assert start(api, adjudication) == first
    late = f.Api(world.other_adjudicator)
    answer = late.post(f"adjudications/{adjudication.pk}/start/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "adjudication_taken")
    for verb in ("decide", "sign"):
        body = {
            "op_id": "x",
            "source": "a",
            "reason": "papillary",
            "password": f.PASSWORD,
            "meaning": "m",
            "freezes": {},
        }
        answer = late.post(f"adjudications/{adjudication.pk}/{verb}/", body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "adjudication_taken")
    assert late.get(f"reads/{first}/").status_code == 404


def test_taking_all_copies_contours_answers_and_numbers(
    world: f.World, api: f.Api, adjudication: Adjudication
) -> None:
    start(api, adjudication)
    detail = api.get(f"adjudications/{adjudication.pk}/").json()
    for side in detail["readings"]:
        taken = take(api, adjudication, side["key"]).json()
        mine = {(r["structure"], r["sop_instance_uid"]): r["parts"] for r in taken["annotations"]}
        theirs = {(r["structure"], r["sop_instance_uid"]): r["parts"] for r in side["annotations"]}
        assert mine == theirs
        assert taken["measurements"]["edv_ml"] == side["measurements"]["edv_ml"]
        assert {r["question"]: r["value"] for r in taken["answers"]} == {
            r["question"]: r["value"] for r in side["answers"]
        }


def test_taking_one_frame_of_one_structure(
    world: f.World, api: f.Api, adjudication: Adjudication
) -> None:
    read_id = start(api, adjudication)
    take(api, adjudication, "a")
    read = Read.objects.select_related("stack").get(pk=read_id)
    frame = {"sop_instance_uid": read.stack.addresses[0][0][1], "frame_number": 1}
    body = {
        "op_id": "t1",
        "source": "b",
        "reason": "basal_slice",
        "frames": [frame],
        "structures": ["lv_endo"],
    }
    api.post(f"adjudications/{adjudication.pk}/decide/", body)
    changed = Annotation.objects.filter(read=read, version=2)
    assert [(r.structure, r.sop_instance_uid) for r in changed] == [
        ("lv_endo", frame["sop_instance_uid"])
    ]
    n = Revision.objects.count()
    assert api.post(f"adjudications/{adjudication.pk}/decide/", body).status_code == 200
    assert Revision.objects.count() == n


def test_signing_locks_what_was_settled(
    world: f.World, case: Case, api: f.Api, adjudication: Adjudication
) -> None:
    source = "a" if blue_is_reader_a(adjudication, world) else "b"
    answer = settle(api, adjudication, source)
    assert answer.status_code == 200, answer.content
    brief = answer.json()["reference"]
    reference = ReferenceStandard.objects.get(case=case)
    assert brief["digest"] == reference.digest == digest(reference.content)
    assert brief["signed_by"] == world.adjudicator.display_name
    assert {r["question"]: r["value"] for r in brief["answers"]}["class"] == "normal"
    case.refresh_from_db()
    assert case.state == "locked"
    signature = Signature.objects.get()
    assert (signature.digest, signature.target_id) == (reference.digest, str(reference.pk))
    labels = reference_labels(reference)
    assert {frame.phase_index for frame in labels.frames} == {0, 2}
    assert len(labels.frames) == f.SLICES * 2
    # the test's transaction never commits, so that heads are not signed; the links must hold
    problems = verify_chain(project_scope(world.project.pk)).problems
    assert {problem.code for problem in problems} <= {"no_signed_heads"}
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {
        "adjudication.started",
        "adjudication.decided",
        "signature.made",
        "reference.locked",
    } <= (actions)


def test_after_the_signature_nothing_changes(
    world: f.World, case: Case, api: f.Api, adjudication: Adjudication
) -> None:
    read_id = start(api, adjudication)
    take(api, adjudication, "a")
    body = {
        "op_id": "sign-1",
        "password": f.PASSWORD,
        "meaning": "I settled this case",
        "freezes": f.freezes_of(api.get(f"reads/{read_id}/annotations/").json()),
    }
    url = f"adjudications/{adjudication.pk}/sign/"
    first = api.post(url, body)
    assert first.status_code == 200
    assert api.post(url, body).json()["reference"]["id"] == first.json()["reference"]["id"]
    other = api.post(url, {**body, "op_id": "sign-2"})
    assert (other.status_code, other.json()["error"]["code"]) == (409, "adjudication_closed")
    operation = f.answer_op("class", "infarct", base=1)
    saved = api.post(f"reads/{read_id}/operations/", {"operations": [operation]})
    assert (saved.status_code, saved.json()["error"]["code"]) == (409, "read_closed")
    assert take(api, adjudication, "b").status_code == 409
    boss = f.Api(world.coordinator)
    for read in Read.objects.filter(case=case, purpose="reading"):
        answer = boss.post(f"reads/{read.pk}/withdraw/", {"reason": "late"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "case_locked")
    assert ReferenceStandard.objects.count() == 1


def test_a_wrong_password_signs_nothing(
    world: f.World, case: Case, api: f.Api, adjudication: Adjudication
) -> None:
    read_id = start(api, adjudication)
    take(api, adjudication, "a")
    answer = sign(api, adjudication, read_id, password="wrong")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wrong_password")
    assert not Signature.objects.exists()
    assert sign(api, adjudication, read_id, meaning=" ").status_code == 422


def test_signing_an_unfinished_or_stale_read_is_refused(
    api: f.Api, adjudication: Adjudication
) -> None:
    read_id = start(api, adjudication)
    empty = sign(api, adjudication, read_id)
    assert (empty.status_code, empty.json()["error"]["code"]) == (422, "submit_incomplete")
    take(api, adjudication, "a")
    stale = sign(api, adjudication, read_id, freezes={"contours": [], "answers": [], "pins": []})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "stale_submit")


def test_nothing_is_locked_when_the_audit_fails(
    case: Case, api: f.Api, adjudication: Adjudication, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_id = start(api, adjudication)
    take(api, adjudication, "a")

    def broken(**kwargs: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("portal.adjudication.services.signing.record_in_project", broken)
    with pytest.raises(RuntimeError):
        sign(api, adjudication, read_id)
    case.refresh_from_db()
    assert case.state == "adjudicating"
    assert not ReferenceStandard.objects.exists()
    assert not Signature.objects.exists()
    assert Read.objects.get(pk=read_id).state == "in_progress"


def test_reads_that_agree_are_signed_all_the_same(world: f.World, case: Case, api: f.Api) -> None:
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    f.read_through(world.reader_b, b)
    row = Adjudication.objects.get(case=case)
    assert row.kind == "confirmation"
    assert settle(api, row).status_code == 200


def test_reads_that_both_find_it_not_assessable(world: f.World, case: Case, api: f.Api) -> None:
    for person, read in zip((world.reader_a, world.reader_b), world.assign_both(case), strict=True):
        theirs = f.Api(person)
        answers = [f.answer_op("assessable", "no"), f.answer_op("reason", f"motion {read.pk}")]
        theirs.post(f"reads/{read.pk}/operations/", {"operations": answers})
        assert f.submit(theirs, read.pk).status_code == 200
    row = Adjudication.objects.get(case=case)
    assert row.kind == "confirmation"
    answer = settle(api, row)
    assert answer.status_code == 200
    assert answer.json()["reference"]["measurements"] is None
    report = api.get(f"projects/{world.slug}/cases/{case.pk}/reference/report.pdf")
    assert report.content.startswith(b"%PDF")


def test_the_reference_and_its_page(
    world: f.World, case: Case, api: f.Api, adjudication: Adjudication
) -> None:
    base = f"projects/{world.slug}/cases/{case.pk}/reference/"
    assert api.get(base).status_code == 404
    settle(api, adjudication)
    for person, status in (
        (world.adjudicator, 200),
        (world.coordinator, 200),
        (world.quality, 200),
        (world.reader_a, 404),
        (world.reader_b, 404),
        (world.owner, 404),
        (world.admin, 404),
    ):
        theirs = f.Api(person)
        assert theirs.get(base).status_code == status, person.display_name
        report = theirs.get(f"{base}report.pdf")
        assert report.status_code == status
        if status == 200:
            assert report.headers["Content-Type"] == "application/pdf"
            assert report.content.startswith(b"%PDF")
    assert f.Api(world.adjudicator).get(f"{base}report.pdf").content == report_of(world, base)


def report_of(world: f.World, base: str) -> bytes:
    content: bytes = f.Api(world.coordinator).get(f"{base}report.pdf").content
    return content
