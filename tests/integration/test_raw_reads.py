"""The export of raw reads: what is in it, and to whom it lies open."""

import io
import json
import zipfile
from typing import Any

import pytest

from portal.adjudication.models import Adjudication
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from tests.factories import reading as f
from tests.factories.settling import settle

pytestmark = pytest.mark.django_db


def url(world: f.World, protocol: str = "") -> str:
    return f"projects/{world.slug}/agreement/raw-reads/?protocol={protocol}"


def raw(api: f.Api, world: f.World) -> tuple[list[dict[str, Any]], zipfile.ZipFile]:
    answer = api.get(url(world))
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    lines = archive.read("cases.jsonl").decode().splitlines()
    return [json.loads(line) for line in lines], archive


@pytest.fixture
def case(world: f.World) -> Case:
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a, scale=1.0, class_="normal")
    f.read_through(world.reader_b, b, scale=1.1, class_="dilated")
    return case


def test_every_contour_pin_and_answer_is_in_it(world: f.World, case: Case) -> None:
    (found,), archive = raw(f.Api(world.coordinator), world)
    assert found["case"] == "C-1"
    assert found["geometry"] == {
        "rows": f.SIZE,
        "columns": f.SIZE,
        "n_slices": f.SLICES,
        "n_phases": f.PHASES,
        "pixel_spacing_mm": [f.SPACING_MM, f.SPACING_MM],
        "slice_spacing_mm": f.SLICE_SPACING_MM,
        "spacing_assumed": False,
    }
    assert [read["kind"] for read in found["reads"]] == ["reading", "reading"]
    by_name = {read["reader"]["label"]: read for read in found["reads"]}
    assert by_name.keys() == {world.reader_a.display_name, world.reader_b.display_name}
    larger = by_name[world.reader_b.display_name]
    assert larger["answers"]["class"] == "dilated"
    drawn = {(c["structure"], c["slice"], c["phase"]): c for c in larger["contours"]}
    # read_through draws the fullest and the emptiest phase
    assert drawn.keys() == {
        (code, s, p)
        for code in ("lv_endo", "lv_epi", "rv_endo")
        for s in range(f.SLICES)
        for p in (0, 2)
    }
    assert drawn["lv_endo", 1, 2]["parts"] == [f.frame_contours(2, 1.1)["lv_endo"]]
    assert json.loads(archive.read("protocol.json"))["format"] == "accord-protocol"
    assert b"cases.jsonl" in archive.read("README.txt")


def test_it_opens_with_the_statistics_and_not_before(world: f.World) -> None:
    boss = f.Api(world.coordinator)
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    assert raw(boss, world)[0] == []
    f.read_through(world.reader_b, b)
    assert len(raw(boss, world)[0]) == 1


def test_who_adjudicates_gets_locked_cases_and_readers_by_number(
    world: f.World, case: Case
) -> None:
    # the default protocol is double blind
    api = f.Api(world.adjudicator)
    assert raw(api, world)[0] == []
    settle(world, case)
    assert Adjudication.objects.filter(case=case).count() == 1
    (found,), archive = raw(api, world)
    assert [read["kind"] for read in found["reads"]] == ["reference", "reading", "reading"]
    text = archive.read("cases.jsonl").decode()
    for person in (world.reader_a, world.reader_b):
        for secret in (person.display_name, person.email, str(person.pk), str(person.reader.pk)):
            assert secret not in text
    assert '"Reader 1"' in text


def test_an_unknown_protocol_is_said_and_the_audit_knows(world: f.World, case: Case) -> None:
    boss = f.Api(world.coordinator)
    assert boss.get(url(world, "nowhere")).status_code == 422
    assert not AuditEvent.objects.filter(action="statistics.raw_exported").exists()
    raw(boss, world)
    event = AuditEvent.objects.get(action="statistics.raw_exported")
    assert event.details == {"cases": 1, "reads": 2}


@pytest.mark.django_db(transaction=True)
def test_files_come_from_a_server_without_a_transaction_around_it(world: f.World) -> None:
    """As outside of tests: what is written to the audit trail brings a transaction of its own."""
    case = f.make_case(world.project, "C-1")
    a, b = world.assign_both(case)
    f.read_through(world.reader_a, a)
    f.read_through(world.reader_b, b)
    boss = f.Api(world.coordinator)
    assert len(raw(boss, world)[0]) == 1
    for file_format in ("csv", "parquet"):
        answer = boss.get(f"projects/{world.slug}/agreement/export/?as={file_format}")
        assert answer.status_code == 200
    actions = AuditEvent.objects.values_list("action", flat=True)
    assert {"statistics.exported", "statistics.raw_exported"} <= set(actions)
