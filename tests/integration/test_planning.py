"""Assigning many cases: preview, make exactly, conflicts, pauses, passing on."""

import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Notification, User
from portal.audit.models import AuditEvent
from portal.cases.models import Case, Subject, Visit
from portal.core.errors import Conflict
from portal.imaging.models import Instance, Series, Stack, Study
from portal.projects.models import Site
from portal.reads.models import AssignmentPlan, CaseStratum, Read
from portal.reads.services.reassigning import reassign_read
from portal.storage.models import Blob
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


def preview(world: f.World, *people: User, **asked: Any) -> Any:
    body = {"user_ids": [str(p.pk) for p in people], **asked}
    return f.Api(world.coordinator).post(f"projects/{world.slug}/assignments/plan/", body)


def make(world: f.World, plan: dict[str, Any], *people: User, **asked: Any) -> Any:
    body = {
        "user_ids": [str(p.pk) for p in people],
        "seed": plan["seed"],
        "digest": plan["digest"],
        "loads": {row["user_id"]: row["open_before"] for row in plan["readers"]},
        **asked,
    }
    return f.Api(world.coordinator).post(f"projects/{world.slug}/assignments/plan/make/", body)


def test_what_was_shown_is_made(world: f.World) -> None:
    f.set_rules(world, order={"kind": "random", "stratify_by": "site"}, duplicates_share=0.25)
    for i in range(8):
        f.make_case(world.project, f"C-{i}")
    both = (world.reader_a, world.reader_b)
    plan = preview(world, *both).json()
    assert (plan["n_cases"], plan["n_reads"], plan["n_duplicates"]) == (8, 16, 4)
    assert {(r["name"], r["new"], r["duplicates"]) for r in plan["readers"]} == {
        ("Zephyrine Aquila", 8, 2),
        ("Bela Reader", 8, 2),
    }
    assert not Read.objects.exists()
    made = make(world, plan, *both)
    assert made.status_code == 200, made.content
    assert {k: made.json()[k] for k in ("digest", "seed", "n_reads", "n_duplicates")} == {
        "digest": plan["digest"],
        "seed": plan["seed"],
        "n_reads": 16,
        "n_duplicates": 4,
    }
    assert Read.objects.filter(duplicate=False).count() == 16
    for read in Read.objects.filter(duplicate=True):
        first = Read.objects.get(case=read.case, reader=read.reader, duplicate=False)
        assert (first.repeat, read.repeat, read.stack_id) == (0, 1, first.stack_id)
    assert {c.state for c in Case.objects.all()} == {"reading"}
    assert AuditEvent.objects.filter(action="reads.planned").count() == 1
    told = Notification.objects.filter(user=world.reader_a, kind="read_assigned")
    assert [row.text for row in told] == ["8 reads are yours."]


def test_asked_twice_it_is_made_once(world: f.World) -> None:
    f.make_case(world.project, "C-1")
    plan = preview(world, world.reader_a, world.reader_b).json()
    one = make(world, plan, world.reader_a, world.reader_b)
    two = make(world, plan, world.reader_a, world.reader_b)
    assert one.json() == two.json()
    assert Read.objects.count() == 2
    assert AssignmentPlan.objects.count() == 1


def test_what_changed_in_the_meantime_is_refused(world: f.World) -> None:
    cases = [f.make_case(world.project, f"C-{i}") for i in range(3)]
    plan = preview(world, world.reader_a, world.reader_b).json()
    world.assign(cases[0], world.reader_a)
    answer = make(world, plan, world.reader_a, world.reader_b)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "plan_changed")
    assert Read.objects.count() == 1


def test_work_that_goes_on_does_not_spoil_a_plan(world: f.World) -> None:
    a, _ = world.assign_both(f.make_case(world.project, "C-1"))
    f.make_case(world.project, "C-2")
    plan = preview(world, world.reader_a, world.reader_b).json()
    f.read_through_plain(world.reader_a, a)
    assert make(world, plan, world.reader_a, world.reader_b).status_code == 200


def test_one_seed_one_plan(world: f.World) -> None:
    for i in range(12):
        f.make_case(world.project, f"C-{i}")
    third = f.reader_of_project(world, "Third Reader")
    people = (world.reader_a, world.reader_b, third)
    digests = [preview(world, *people, seed="seed").json()["digest"] for _ in range(2)]
    assert digests[0] == digests[1]
    assert preview(world, *people, seed="other").json()["digest"] != digests[0]


def test_sites_and_diseases_are_balanced(world: f.World) -> None:
    cases = [f.make_case(world.project, f"C-{i:02}") for i in range(12)]
    second = Site.objects.create(project=world.project, name="Second")
    for i, case in enumerate(cases):
        if i < 4:
            Subject.objects.filter(visits__cases=case).update(site=second)
    f.set_rules(world)
    api = f.Api(world.coordinator)
    rows = [{"case": f"C-{i:02}", "disease": "HCM"} for i in range(6)]
    rows.append({"case": "C-99", "disease": "HCM"})
    answer = api.put(f"projects/{world.slug}/strata/", {"rows": rows}).json()
    assert answer == {"set": 6, "unknown": ["C-99"]}
    assert CaseStratum.objects.count() == 6
    four = [world.reader_a, world.reader_b]
    four += [f.reader_of_project(world, n) for n in ("Third Reader", "Fourth Reader")]
    for by, sizes in (("site", {"Second": 4}), ("disease", {"HCM": 6, "unknown": 6})):
        plan = preview(world, *four, balance_by=by).json()
        assert sizes.items() <= plan["strata"].items()
        for stratum, size in sizes.items():
            got = [row["by_stratum"].get(stratum, 0) for row in plan["readers"]]
            assert sum(got) == size * 2
            assert max(got) - min(got) <= 1
    assert preview(world, *four, balance_by="scanner").status_code == 422


def test_strata_are_listed_with_who_is_kept_from_a_case(world: f.World) -> None:
    """One of the two cases has a cine whose image names its scanner; each page stands on its own."""
    one, two = (f.make_case(world.project, f"C-{i}") for i in range(2))
    world.assign(one, world.reader_a)
    series = Series.objects.get(study__case=one)
    Series.objects.filter(pk=series.pk).update(sequence_kind="cine")
    Instance.objects.create(
        series=series,
        sop_instance_uid="1.2.3",
        sop_class_uid="1.2",
        transfer_syntax_uid="1.2",
        metadata={"00080070": {"vr": "LO", "Value": ["SIEMENS AG"]}},
        blob=Blob.objects.create(sha256="0" * 64, size=1),
    )
    api, base = f.Api(world.coordinator), f"projects/{world.slug}"
    api.put(f"{base}/strata/", {"rows": [{"case": "C-1", "disease": "HCM"}]})
    site = Site.objects.get(project=world.project)
    for body in (
        {"user_id": str(world.reader_a.pk), "site_id": str(site.pk), "reason": "works there"},
        {"user_id": str(world.reader_b.pk), "case_id": str(two.pk), "reason": "a relative"},
    ):
        assert api.post(f"{base}/conflicts/", body).status_code == 201
    page = api.get(f"{base}/strata/").json()
    assert (page["count"], page["diseases"]) == (2, ["HCM"])
    assert page["sites"] == [{"id": str(site.pk), "name": site.name, "cases": 2}]
    a, b = world.reader_a.display_name, world.reader_b.display_name
    assert [
        (r["case"], r["site"], r["vendor"], r["disease"], r["kept_from"]) for r in page["results"]
    ] == [
        ("C-0", site.name, "Siemens", "", [a]),
        ("C-1", site.name, "", "HCM", sorted([a, b])),
    ]
    asked = {"?disease=known": ["C-1"], "?disease=unknown": ["C-0"], "?search=hcm": ["C-1"]}
    for query, labels in asked.items():
        found = api.get(f"{base}/strata/{query}").json()["results"]
        assert [row["case"] for row in found] == labels
    assert api.get(f"{base}/strata/?disease=rare").status_code == 422
    # the read that was given before stays open until it is passed on, and that is said
    open_reads = {r["name"]: r["open_reads"] for r in api.get(f"{base}/conflicts/").json()}
    assert open_reads == {a: 1, b: 0}
    plan = preview(world, world.reader_a, world.reader_b, balance_by="vendor").json()
    assert plan["strata"] == {"Siemens": 1}


def test_who_must_not_read_is_left_out_and_named(world: f.World) -> None:
    site = Site.objects.filter(project=world.project).first()
    assert site is not None
    case = f.make_case(world.project, "C-1")
    other = f.make_case(world.project, "C-2")
    third = f.reader_of_project(world, "Third Reader")
    fourth = f.reader_of_project(world, "Fourth Reader")
    api = f.Api(world.coordinator)
    base = f"projects/{world.slug}"
    declared = api.post(
        f"{base}/conflicts/",
        {"user_id": str(third.pk), "case_id": str(case.pk), "reason": "related"},
    )
    assert declared.status_code == 201, declared.content
    assert declared.json()["case"] == "C-1"
    api.post(f"{base}/reading/pause/", {"user_id": str(fourth.pk), "reason": "on leave"})
    plan = preview(world, world.reader_a, third, fourth, world.quality).json()
    assert "Fourth Reader is left out: This person's reading is paused." in plan["warnings"]
    assert (
        "Quentin Quality is left out: This person has no reader role in the project."
        in plan["warnings"]
    )
    assert any(w.startswith("1 case will lack reads. A conflict of") for w in plan["warnings"])
    assert plan["n_reads"] == 3
    assert make(world, plan, world.reader_a, third, fourth, world.quality).status_code == 200
    assert not Read.objects.filter(case=case, reader__user=third).exists()
    assert Read.objects.filter(case=other, reader__user=third).exists()
    by_hand = api.post(
        f"{base}/assignments/",
        {"case_ids": [str(case.pk)], "user_ids": [str(third.pk), str(fourth.pk)]},
    ).json()
    assert [row["code"] for row in by_hand["skipped"]] == ["conflict_of_interest", "paused"]
    # once taken back it stands in nobody's way
    api.client.delete(f"/api/v1/{base}/conflicts/{declared.json()['id']}/")
    assert world.assign(case, third)
    site_wide = {"user_id": str(world.reader_b.pk), "site_id": str(site.pk), "reason": "staff"}
    assert api.post(f"{base}/conflicts/", site_wide).status_code == 201
    assert api.post(f"{base}/conflicts/", site_wide).status_code == 409
    assert preview(world, world.reader_b).json()["n_reads"] == 0


def test_an_adjudicator_of_a_case_gets_no_read_of_it_by_a_plan(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    f.read_through(world.reader_b, b, class_="dilated")
    row = case.adjudications.get()
    f.Api(world.adjudicator).post(f"adjudications/{row.pk}/start/")
    f.Api(world.coordinator).post(f"reads/{b.pk}/withdraw/", {"reason": "wrong images"})
    f.Membership.objects.create(project=world.project, user=world.adjudicator, role="reader")
    plan = preview(world, world.adjudicator).json()
    assert plan["n_reads"] == 0
    assert "adjudicates the case" in " ".join(plan["warnings"])


def test_a_reader_declares_a_conflict_of_the_own_read(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    (read,) = world.assign(case, world.reader_a)
    mine = f.Api(world.reader_a)
    assert mine.post(f"reads/{read.pk}/conflict/", {"reason": " "}).status_code == 422
    assert mine.post(f"reads/{read.pk}/conflict/", {"reason": "a relative"}).status_code == 204
    assert (
        f.Api(world.reader_b).post(f"reads/{read.pk}/conflict/", {"reason": "x"}).status_code == 404
    )
    rows = f.Api(world.coordinator).get(f"projects/{world.slug}/conflicts/").json()
    assert [(r["name"], r["case"], r["reason"]) for r in rows] == [
        ("Zephyrine Aquila", "C-1", "a relative")
    ]
    # the reader's own list would name the case by its label
    assert mine.get(f"projects/{world.slug}/conflicts/").json() == []
    assert Notification.objects.filter(user=world.coordinator, kind="conflict_declared").exists()


def test_passing_a_read_on(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    third = f.reader_of_project(world, "Third Reader")
    api = f.Api(world.coordinator)
    refused = api.post(
        f"reads/{a.pk}/reassign/", {"user_id": str(world.reader_b.pk), "reason": "ill"}
    )
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "cant_be_given")
    a.refresh_from_db()
    assert a.state == "assigned"
    body = {"user_id": str(third.pk), "reason": ""}
    assert api.post(f"reads/{a.pk}/reassign/", body).status_code == 422
    answer = api.post(f"reads/{a.pk}/reassign/", {**body, "reason": "ill"})
    assert answer.status_code == 200, answer.content
    a.refresh_from_db()
    assert (a.state, a.withdrawal_reason) == ("withdrawn", "ill")
    made = Read.objects.get(pk=answer.json()["id"])
    assert (made.reader.user, made.case, made.state) == (third, case, "assigned")
    f.read_through(world.reader_b, b)
    late = api.post(f"reads/{b.pk}/reassign/", {**body, "reason": "ill"})
    assert late.status_code == 409


def test_a_read_submitted_a_moment_ago_is_not_passed_on(world: f.World) -> None:
    """It was looked up before its reader submitted it."""
    a, _ = world.assign_both(f.make_case(world.project, "C-1"))
    third = f.reader_of_project(world, "Third Reader")
    f.read_through(world.reader_a, a)
    with pytest.raises(Conflict):
        reassign_read(by=world.coordinator, read=a, user_id=third.pk, reason="ill")
    assert Read.objects.get(pk=a.pk).state == "submitted"
    assert not Read.objects.filter(reader__user=third).exists()


def test_a_paused_reader_saves_nothing_until_it_goes_on(world: f.World) -> None:
    (read,) = world.assign(f.make_case(world.project, "C-1"), world.reader_a)
    boss, mine = f.Api(world.coordinator), f.Api(world.reader_a)
    base = f"projects/{world.slug}/reading"
    save = {"operations": [f.answer_op("assessable", "yes")]}
    for body in ({"user_id": str(world.reader_a.pk)}, {}):
        assert boss.post(f"{base}/pause/", {**body, "reason": " "}).status_code == 422
        assert boss.post(f"{base}/pause/", {**body, "reason": "x"}).status_code == 204
        assert boss.post(f"{base}/pause/", {**body, "reason": "x"}).status_code == 409
        answer = mine.post(f"reads/{read.pk}/operations/", save)
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "reading_paused")
        assert boss.post(f"{base}/resume/", body).status_code == 204
    assert boss.post(f"{base}/resume/", {}).status_code == 409
    assert mine.post(f"reads/{read.pk}/operations/", save).status_code == 200


def test_a_draft_is_copied_when_a_planned_read_is_opened(world: f.World) -> None:
    from portal.annotations.services.drafts import store_draft

    case = f.make_case(world.project, "C-1")
    stack = Stack.objects.get(study__case=case)
    store_draft(case=case, stack=stack, model_version=f.make_model(), labels=f.labels(), by_job="1")
    plan = preview(world, world.reader_a, world.reader_b).json()
    make(world, plan, world.reader_a, world.reader_b)
    read = Read.objects.get(reader__user=world.reader_a)
    assert not read.annotations.exists()
    api = f.Api(world.reader_a)
    for _ in range(2):
        assert api.get(f"reads/{read.pk}/").json()["draft"]["state"] == "ready"
    assert api.get(f"reads/{read.pk}/annotations/").json()["annotations"]
    other = Read.objects.get(reader__user=world.reader_b)
    assert not other.annotations.exists()
    # a page asks for both at once: the contours may be asked for first
    assert f.Api(world.reader_b).get(f"reads/{other.pk}/annotations/").json()["annotations"]


def many_cases(world: f.World, n: int) -> None:
    """Cases with one stack each, as rows."""
    site = Site.objects.filter(project=world.project).first()
    p = world.project
    subjects = [
        Subject(project=p, site=site, label=f"S-{i}", patient_key=f"k{i}", patient_hash=f"h{i}")
        for i in range(n)
    ]
    visits = [Visit(subject=s, number=1) for s in subjects]
    cases = [Case(project=p, visit=v, label=f"M-{i:05}") for i, v in enumerate(visits)]
    studies = [
        Study(
            project=p,
            case=c,
            study_uid=f"1.2.{i}",
            label=c.label,
            modality="MR",
            deid_procedure="x",
        )
        for i, c in enumerate(cases)
    ]
    series = [Series(study=s, series_uid=f"{s.study_uid}.1", modality="MR") for s in studies]
    stacks = [
        Stack(
            study=s, key="sax", version=1, sequence_kind="cine", view="SAX", n_slices=1, n_phases=1,
            meta={}, addresses=[], content_hash=f"c{i}",
        )
        for i, s in enumerate(studies)
    ]  # fmt: skip
    for rows in (subjects, visits, cases, studies, series, stacks):
        type(rows[0]).objects.bulk_create(rows, batch_size=500)  # type: ignore[attr-defined]


@pytest.mark.parametrize("n", [600])
def test_many_cases_are_planned_in_bulk(world: f.World, n: int) -> None:
    """The number of queries grows with chunks, not with pairs. 10,000 cases: see bench."""
    many_cases(world, n)
    people = [world.reader_a, world.reader_b]
    people += [f.reader_of_project(world, f"Reader {i:02}") for i in range(18)]
    began = time.perf_counter()
    plan = preview(world, *people).json()
    with CaptureQueriesContext(connection) as queries:
        assert make(world, plan, *people).status_code == 200
    assert len(queries) < 250
    assert time.perf_counter() - began < 30
    work = Counter(Read.objects.values_list("reader", flat=True))
    assert work.total() == 2 * n
    assert max(work.values()) - min(work.values()) <= 2
