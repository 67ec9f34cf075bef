"""Reopening a locked case: who may, what stays, what depended on it, and the next version."""

from typing import Any

import pytest

from portal.adjudication.models import Adjudication, ReferenceStandard
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.datasets.services.freezing import freeze_dataset
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: f.World) -> Case:
    """Locked."""
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    f.read_through(world.reader_b, b, class_="dilated")
    settle(world, case, "normal")
    return case


def settle(world: f.World, case: Case, class_: str) -> None:
    api = f.Api(world.adjudicator)
    row = Adjudication.objects.get(case=case, signed_at=None, voided_at=None)
    read_id = api.post(f"adjudications/{row.pk}/start/").json()["read_id"]
    body = {"op_id": f.op_id(), "source": "a", "reason": "papillary"}
    api.post(f"adjudications/{row.pk}/decide/", body)
    held = api.get(f"reads/{read_id}/annotations/").json()
    version = next(a["version"] for a in held["answers"] if a["question"] == "class")
    answer = {"operations": [f.answer_op("class", class_, version)]}
    api.post(f"reads/{read_id}/operations/", answer)
    contents = api.get(f"reads/{read_id}/annotations/").json()
    signing = {"op_id": f.op_id(), "password": f.PASSWORD, "meaning": "Settled"}
    signed = api.post(
        f"adjudications/{row.pk}/sign/", {**signing, "freezes": f.freezes_of(contents)}
    )
    assert signed.status_code == 200, signed.content


def reopen(api: f.Api, world: f.World, case: Case, reason: str = "the class was mistyped") -> Any:
    path = f"projects/{world.slug}/cases/{case.pk}/reference/reopen/"
    return api.post(path, {"reason": reason})


def test_reopening_needs_a_role_and_a_reason(world: f.World, case: Case) -> None:
    assert reopen(f.Api(world.adjudicator), world, case).status_code == 403
    assert reopen(f.Api(world.reader_a), world, case).status_code == 404
    assert reopen(f.Api(world.owner), world, case).status_code == 404
    assert reopen(f.Api(world.coordinator), world, case, " ").status_code == 422
    case.refresh_from_db()
    assert case.state == "locked"


def test_a_reopened_case_gets_a_next_version_and_the_first_stays_readable(
    world: f.World, case: Case
) -> None:
    dataset = freeze_dataset(by=world.scientist, project=world.project, name="locked")
    boss = f.Api(world.coordinator)
    base = f"projects/{world.slug}/cases/{case.pk}/"
    assert "reopen" in boss.get(base).json()["actions"]
    first = ReferenceStandard.objects.get(case=case)
    answer = reopen(boss, world, case)
    assert answer.status_code == 200, answer.content
    assert reopen(boss, world, case).json() == answer.json()  # a repeat is answered
    other = reopen(f.Api(world.quality), world, case, "another reason")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "case_not_locked")
    case.refresh_from_db()
    assert case.state == "reopened"
    # the signature stays, with what was made of it
    (version,) = boss.get(f"{base}reference/versions/").json()
    assert (version["version"], version["digest"]) == (1, first.digest)
    assert version["reopened"]["reason"] == "the class was mistyped"
    assert version["reopened"]["by"] == world.coordinator.display_name
    assert [(d["kind"], d["id"]) for d in version["dependants"]] == [("dataset", str(dataset.pk))]
    marked = f.Api(world.scientist).get(f"datasets/{dataset.pk}/").json()
    assert (marked["n_reopened"], marked["items"][0]["reopened"]) == (1, True)
    event = AuditEvent.objects.get(action="reference.reopened")
    assert event.details["depending"] == {"dataset": [str(dataset.pk)]}
    # as closed to its readers as ever, and settled once more
    listed = f.Api(world.adjudicator).get(f"projects/{world.slug}/adjudications/?reason=reopened")
    assert [r["id"] for r in listed.json()["results"]] == [answer.json()["adjudication_id"]]
    settle(world, case, "infarct")
    case.refresh_from_db()
    assert case.state == "locked"
    second, old = boss.get(f"{base}reference/versions/").json()
    assert [second["version"], old["version"]] == [2, 1]
    assert second["reopened"] is None
    classes = [
        next(a["value"] for a in v["answers"] if a["question"] == "class") for v in (second, old)
    ]
    assert classes == ["infarct", "normal"]
    first.refresh_from_db()
    assert first.signature.voided_at is None
    report = boss.get(f"{base}reference/report.pdf?version=1")
    assert report.content.startswith(b"%PDF")
    assert boss.get(f"{base}reference/report.pdf?version=3").status_code == 404
    assert boss.get(f"{base}reference/report.pdf?version=x").status_code == 422


def test_a_reader_who_adjudicates_elsewhere_sees_nothing_of_a_reopened_case(
    world: f.World, case: Case
) -> None:
    f.Membership.objects.create(project=world.project, user=world.reader_a, role="adjudicator")
    agreement = f"projects/{world.slug}/cases/{case.pk}/agreement/"
    theirs = f.Api(world.reader_a)
    assert theirs.get(agreement).status_code == 200  # locked
    opened = reopen(f.Api(world.quality), world, case).json()["adjudication_id"]
    assert theirs.get(agreement).status_code == 404
    assert theirs.get(f"adjudications/{opened}/").status_code == 404
    assert theirs.post(f"adjudications/{opened}/start/").status_code == 404
