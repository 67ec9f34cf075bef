"""Assigning cases, the list of cases, protocols and my work."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Notification
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.imaging.models import Stack
from portal.projects.models import Project
from portal.protocols.models import ProtocolVersion
from portal.reads.models import Read
from tests.factories import reading as f

pytestmark = pytest.mark.django_db


def assign(world: f.World, cases: list[Any], people: list[Any]) -> Any:
    return f.Api(world.coordinator).post(
        f"projects/{world.slug}/assignments/",
        {"case_ids": [str(c) for c in cases], "user_ids": [str(p.pk) for p in people]},
    )


def test_cases_times_people(world: f.World) -> None:
    cases = [f.make_case(world.project, f"C-{i}") for i in range(3)]
    epoch = Project.objects.get().permission_epoch
    answer = assign(world, [c.pk for c in cases], [world.reader_a, world.reader_b]).json()
    assert answer == {"created": 6, "skipped": []}
    assert Read.objects.count() == 6
    assert {c.state for c in Case.objects.all()} == {"reading"}
    assert Project.objects.get().permission_epoch > epoch
    assert AuditEvent.objects.filter(action="read.assigned").count() == 6
    assert Notification.objects.filter(user=world.reader_a, kind="read_assigned").count() == 3
    readers = f.Api(world.coordinator).get(f"projects/{world.slug}/readers/").json()
    assert {(r["name"], r["open_reads"]) for r in readers} == {
        ("Zephyrine Aquila", 3),
        ("Bela Reader", 3),
    }


def test_what_can_not_be_assigned_is_named(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    bare = f.make_case(world.project, "C-2")
    Stack.objects.filter(study__case=bare).update(view="2CH")
    third = f.user("Third Reader")
    f.Membership.objects.create(project=world.project, user=third, role="reader")
    world.assign(case, world.reader_a)
    unknown = uuid4()
    people = [world.reader_a, world.quality, world.reader_b, third]
    answer = assign(world, [case.pk, bare.pk, unknown], people).json()
    assert answer["created"] == 1
    codes = {(row["case_id"], row["user_id"]): row["code"] for row in answer["skipped"]}
    assert codes[str(case.pk), str(world.reader_a.pk)] == "already_assigned"
    assert codes[str(case.pk), str(world.quality.pk)] == "not_a_reader"
    assert codes[str(case.pk), str(third.pk)] == "enough_readers"
    assert codes[str(bare.pk), str(world.reader_a.pk)] == "no_stack"
    assert codes[str(unknown), str(world.reader_a.pk)] == "unknown_case"
    assert all(row["message"] for row in answer["skipped"])


def test_a_finished_case_takes_no_more_readers(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    f.read_through(world.reader_b, b)
    third = f.user("Third Reader")
    f.Membership.objects.create(project=world.project, user=third, role="reader")
    assert assign(world, [case.pk], [third]).json()["skipped"][0]["code"] == "case_closed"


def test_only_coordinators_assign(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    body = {"case_ids": [str(case.pk)], "user_ids": [str(world.reader_a.pk)]}
    for person in (world.reader_a, world.owner, world.adjudicator, world.quality):
        assert f.Api(person).post(f"projects/{world.slug}/assignments/", body).status_code == 403
        assert f.Api(person).get(f"projects/{world.slug}/readers/").status_code == 403
    outsider = f.Api(f.user("Out Sider"))
    assert outsider.post(f"projects/{world.slug}/assignments/", body).status_code == 404


def test_nothing_is_assigned_when_the_audit_fails(
    world: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = f.make_case(world.project, "C-1")

    def broken(**kwargs: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr("portal.reads.services.assign.record_in_project", broken)
    with pytest.raises(RuntimeError):
        assign(world, [case.pk], [world.reader_a])
    assert not Read.objects.exists()
    assert Case.objects.get().state == "ready"
    assert not Notification.objects.filter(kind="read_assigned").exists()


def test_the_list_of_cases_is_paged_searched_filtered_and_ordered(world: f.World) -> None:
    for i in range(12):
        f.make_case(world.project, f"C-{i:02}")
    case = Case.objects.get(label="C-07")
    world.assign_both(case)
    api = f.Api(world.coordinator)
    base = f"projects/{world.slug}/cases/"
    page = api.get(f"{base}?page=2&page_size=5&ordering=-label").json()
    assert page["count"] == 12
    assert [row["label"] for row in page["results"]] == [f"C-{i:02}" for i in (6, 5, 4, 3, 2)]
    found = api.get(f"{base}?search=c-07").json()["results"]
    assert [(row["label"], row["reads"], row["n_studies"]) for row in found] == [
        ("C-07", {"required": 2, "assigned": 2, "submitted": 0}, 1)
    ]
    assert api.get(f"{base}?state=reading").json()["count"] == 1
    for bad in ("state=odd", "ordering=secret", "page=0", "page_size=x"):
        assert api.get(f"{base}?{bad}").status_code == 422, bad


def test_the_list_of_cases_costs_the_same_for_more_cases(world: f.World) -> None:
    api = f.Api(world.coordinator)
    url = f"projects/{world.slug}/cases/?page_size=100"
    counts = []
    for n in (2, 10):
        for i in range(n):
            world.assign_both(f.make_case(world.project, f"C-{n}-{i}"))
        api.get(url)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert api.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_my_work_costs_the_same_for_more_reads(world: f.World) -> None:
    api = f.Api(world.reader_a)
    counts = []
    for n in (2, 10):
        for i in range(n):
            world.assign_both(f.make_case(world.project, f"C-{n}-{i}"))
        api.get("my-work/")
        with CaptureQueriesContext(connection) as queries:
            sections = {s["key"]: s for s in api.get("my-work/").json()["sections"]}
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert len(sections["reads"]["items"]) == 12
    assert (
        sections["reads"]["items"][0]["title"]
        == Read.objects.filter(reader__user=world.reader_a).order_by("position")[0].alias
    )


def test_case_detail_names_people_and_actions_but_no_contents(world: f.World) -> None:
    case = f.make_case(world.project, "C-1")
    api = f.Api(world.coordinator)
    url = f"projects/{world.slug}/cases/{case.pk}/"
    assert api.get(url).json()["actions"] == ["assign", "preannotate", "import_annotations"]
    a, _ = world.assign_both(case)
    f.read_through(world.reader_a, a)
    found = api.get(url).json()
    assert [(r["reader"]["label"], r["state"], r["progress"]) for r in found["reads"]] == [
        ("Zephyrine Aquila", "submitted", 1.0),
        ("Bela Reader", "assigned", 0.0),
    ]
    assert found["read_counts"] == {"required": 2, "assigned": 2, "submitted": 1}
    assert found["actions"] == ["preannotate", "import_annotations", "withdraw_read"]
    assert (found["adjudication_id"], found["reference"], found["my_read_id"]) == (None,) * 3
    for person, status in ((world.reader_a, 404), (world.adjudicator, 404), (world.quality, 404)):
        assert f.Api(person).get(url).status_code == status


# ---- protocols


def test_a_project_starts_with_a_protocol_that_can_be_used(world: f.World) -> None:
    (protocol,) = f.Api(world.reader_a).get(f"projects/{world.slug}/protocols/").json()
    assert (protocol["version"], protocol["frozen"], protocol["reads_per_case"]) == (1, False, 2)
    assert [s["code"] for s in protocol["structures"]] == ["lv_endo", "lv_epi", "rv_endo"]
    assert protocol["bands"]["ef_points"] == 5.3


def test_a_used_protocol_is_amended_as_a_new_version(world: f.World) -> None:
    owner = f.Api(world.owner)
    base = f"projects/{world.slug}/protocols/"
    (protocol,) = owner.get(base).json()
    url = f"{base}{protocol['id']}/"
    changed = owner.put(url, {**protocol, "ai": "never"}).json()
    assert (changed["version"], changed["ai_visible"]) == (1, False)
    case = f.make_case(world.project, "C-1")
    (first,) = world.assign(case, world.reader_a)
    amended = owner.put(url, {**protocol, "name": "Function 2"}).json()
    assert (amended["version"], amended["frozen"], amended["name"]) == (2, False, "Function 2")
    assert ProtocolVersion.objects.get(number=1).ai_visible is False
    # the second reader of a case that was begun reads it by the same version
    (second,) = world.assign(case, world.reader_b)
    assert second.protocol_version_id == first.protocol_version_id
    (other,) = world.assign(f.make_case(world.project, "C-2"), world.reader_a)
    assert other.protocol_version.number == 2
    assert f.Api(world.coordinator).put(url, protocol).status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        {"reads_per_case": 0},
        {"reads_per_case": 9},
        {"ai": "sometimes"},
        {"structures": []},
        {"structures": [{"code": "spleen", "title": "S", "color": "#000000"}]},
        {"convention": {"papillary": "both"}},
        {"bands": {"edv_ml": -1, "esv_ml": 1, "ef_points": 1, "mass_g": 1, "dice_min": None}},
        {"bands": {"edv_ml": 1, "esv_ml": 1, "ef_points": 1, "mass_g": 1, "dice_min": 2}},
        {
            "questions": [
                {
                    "code": "q",
                    "title": "Q",
                    "kind": "text",
                    "options": [],
                    "required": True,
                    "visible_if": {"question": "later", "equals": "x"},
                }
            ]
        },
    ],
)
def test_rules_that_make_no_sense_are_refused(world: f.World, change: dict[str, Any]) -> None:
    owner = f.Api(world.owner)
    base = f"projects/{world.slug}/protocols/"
    (protocol,) = owner.get(base).json()
    answer = owner.put(f"{base}{protocol['id']}/", {**protocol, **change})
    assert answer.status_code == 422, answer.content
    assert ProtocolVersion.objects.get().rules["bands"]["edv_ml"] == 10.8
