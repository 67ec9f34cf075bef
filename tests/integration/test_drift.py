"""Weekly charts find what was planted, stay quiet where nothing changed, and tell once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from cmrkit.drift import Chart
from portal.accounts.models import Notification
from portal.audit.models import AuditEvent
from portal.cases.models import Case, CaseState, Subject, Visit
from portal.core import clock
from portal.modelhub.drift import Charted, Sample, chart_all
from portal.modelhub.drift.signals import NUMBERS, Signal
from portal.modelhub.drift_selectors import charts_of
from portal.modelhub.models import DriftAlarm, DriftReference, DriftSample, SampleKind
from portal.modelhub.services import drifting
from portal.projects.models import Site
from tests.factories import reading as f

pytestmark = pytest.mark.django_db

REFERENCE_WEEKS, WEEKS, A_WEEK = 25, 50, 8
START = date(2025, 1, 6)  # a Monday
LAST = START + timedelta(weeks=REFERENCE_WEEKS) - timedelta(days=1)
END = START + timedelta(weeks=REFERENCE_WEEKS + WEEKS)


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> f.World:
    world = f.make_world()
    monkeypatch.setattr(clock, "now", lambda: datetime(END.year, END.month, END.day, 9, tzinfo=UTC))
    return world


def seed(world: f.World, *, rng_seed: int, shift_at: int | None = None, state: str = "") -> None:
    """8 cases a week; from week ``shift_at`` after the reference a new vendor, and drafts that
    readers move by one standard deviation more."""
    random = np.random.default_rng(rng_seed)
    site = Site.objects.filter(project=world.project).first() or Site.objects.create(
        project=world.project, name="North"
    )
    n = (REFERENCE_WEEKS + WEEKS) * A_WEEK
    subjects = [
        Subject(project=world.project, site=site, label=f"D{i}", patient_key=f"d{i}")
        for i in range(n)
    ]
    visits = [Visit(subject=subject, number=1) for subject in subjects]
    cases = [
        Case(
            project=world.project,
            visit=visit,
            label=f"D{i}",
            state=state or CaseState.LOCKED,
        )
        for i, visit in enumerate(visits)
    ]
    for model, rows in ((Subject, subjects), (Visit, visits), (Case, cases)):
        model.objects.bulk_create(rows)  # type: ignore[attr-defined]
    samples = []
    for i, case in enumerate(cases):
        week = i // A_WEEK - REFERENCE_WEEKS
        moved = shift_at is not None and week >= shift_at
        at = datetime(START.year, START.month, START.day, 12, tzinfo=UTC) + timedelta(
            weeks=i // A_WEEK, days=i % 5
        )
        said = values(random, moved)
        samples += [
            DriftSample(case=case, kind=kind, source_id=case.pk, at=at, values=said[kind])
            for kind in SampleKind
        ]
    DriftSample.objects.bulk_create(samples)


def values(random: np.random.Generator, moved: bool) -> dict[Any, dict[str, Any]]:
    vendor = "GE" if moved else str(random.choice(["Siemens", "Philips"], p=[0.6, 0.4]))
    return {
        SampleKind.INPUT: {
            "vendor": vendor,
            "field": str(random.choice(["1.5 T", "3 T"])),
            "pixel_mm": random.normal(1.4, 0.1),
            "n_slices": int(random.integers(9, 14)),
            "n_phases": int(random.integers(20, 31)),
            "repetition_ms": random.normal(3.1, 0.2),
            "phase_ms": random.normal(38, 4),
        },
        SampleKind.OUTPUT: {
            "ef_percent": random.normal(58, 8),
            "edv_ml": random.normal(150, 30),
            "expected_dice": random.normal(0.9, 0.02),
            "entropy": random.normal(0.12, 0.03),
            "contrast_to_noise": random.normal(12, 3),
            "place": {"model": "m", "at": random.normal(1.0 * moved, 1, 16).tolist()},
        },
        SampleKind.BEHAVIOUR: {
            "added_path_mm": random.normal(30 + 10 * moved, 10),
            "override_share": random.uniform(0, 0.2),
            "seconds": random.normal(400, 90),
        },
    }


def choose(world: f.World, who: Any = None, **changed: str) -> Any:
    body = {"first_date": str(START), "last_date": str(LAST), **changed}
    return f.Api(who or world.quality).post(f"projects/{world.slug}/drift/", body)


def test_stable_stream_raises_no_alarm_in_50_weeks(world: f.World) -> None:
    seed(world, rng_seed=1)
    assert choose(world).status_code == 201

    _, charts, lacking = charts_of(world.project, None)

    assert lacking == []
    assert len(charts) == 14 + 3 + 3  # numbers; vendors and others; fields and others
    assert {len(row.weeks) for row in charts} == {WEEKS}
    assert [row.code for row in charts if row.alarm_weeks] == []
    assert drifting.tell_of_drift() == 0


def test_planted_shift_is_found_and_told_once(world: f.World) -> None:
    seed(world, rng_seed=2, shift_at=WEEKS - 4)
    choose(world)
    planted = START + timedelta(weeks=REFERENCE_WEEKS + WEEKS - 4)

    new = drifting.tell_of_drift()

    _, charts, _ = charts_of(world.project, None)
    found = {row.code: row.alarm_weeks for row in charts if row.alarm_weeks}
    assert {"added_path_mm", "vendor:other", "place_distance"} <= set(found)
    assert "ef_percent" not in found
    assert min(week for weeks in found.values() for week in weeks) >= planted
    assert new == sum(len(weeks) for weeks in found.values())
    assert DriftAlarm.objects.count() == new
    assert AuditEvent.objects.filter(action="drift.alarm").count() == new
    told = Notification.objects.filter(kind="drift")
    assert {row.user_id for row in told} == {world.quality.pk, world.scientist.pk}
    assert drifting.tell_of_drift() == 0
    assert told.count() == 2


def test_alarm_without_audit_row_is_no_alarm(
    world: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed(world, rng_seed=2, shift_at=WEEKS - 4)
    choose(world)

    def broken(**_: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(drifting, "record_in_project", broken)
    assert drifting.tell_of_drift() == 0
    assert DriftAlarm.objects.count() == 0
    assert Notification.objects.filter(kind="drift").count() == 0


def test_a_project_that_fails_keeps_no_other_from_its_alarms(
    world: f.World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = f.make_world(slug="other")
    for one in (world, other):
        choose(one)
    whole = drifting.charts_of

    def charts_of_some(project: Any, user: Any) -> Any:
        if project == world.project:
            raise RuntimeError("can't be charted")
        tried.append(project)
        return whole(project, user)

    tried: list[Any] = []
    monkeypatch.setattr(drifting, "charts_of", charts_of_some)
    assert drifting.tell_of_drift() == 0
    assert tried == [other.project]
    assert str(world.project.pk) in caplog.text


def test_an_alarm_has_room_for_any_signal_and_site() -> None:
    """PostgreSQL refuses what is too long, and SQLite keeps it."""
    signal = Signal(SampleKind.INPUT, "vendor", "Vendor", "share", of_value="v" * 99)
    site = "s" * (Site._meta.get_field("name").max_length or 0)
    charted = Charted(signal, site, 0, (), Chart(0, 0, 0, ()))
    DriftAlarm._meta.get_field("chart").clean(charted.code, None)


def test_drafts_of_cases_still_read_dont_count(world: f.World) -> None:
    seed(world, rng_seed=1, state=CaseState.READING)
    choose(world)

    answer = f.Api(world.scientist).get(f"projects/{world.slug}/drift/").json()

    assert {row["kind"] for row in answer["charts"]} == {"input"}
    assert {(row["kind"], row["missing"]) for row in answer["lacking"]} == {
        ("output", 10),
        ("behaviour", 10),
    }


def test_page_before_a_reference_is_chosen(world: f.World) -> None:
    answer = f.Api(world.quality).get(f"projects/{world.slug}/drift/").json()
    assert answer == {"reference": None, "may_choose": True, "charts": [], "lacking": []}
    assert f.Api(world.reader_a).get(f"projects/{world.slug}/drift/").status_code == 403


def test_only_quality_chooses_a_period_that_is_over(world: f.World) -> None:
    assert choose(world, world.scientist).status_code == 403
    assert choose(world, first_date=str(LAST), last_date=str(START)).status_code == 422
    assert choose(world, last_date=str(END)).status_code == 422
    assert DriftReference.objects.count() == 0


def test_site_has_charts_of_its_own_from_30_values(world: f.World) -> None:
    days = [START + timedelta(days=i) for i in range(40)]
    samples = [
        Sample("input", site, day, {"pixel_mm": 1.4 + 0.01 * i})
        for site, n in (("North", 30), ("South", 29))
        for i, day in enumerate(days[:n])
    ]

    charts, lacking = chart_all(samples, START, LAST, END)

    assert [(row.code, row.n_reference) for row in charts] == [
        ("pixel_mm", 59),
        ("pixel_mm@North", 30),
    ]
    assert {row.signal.name for row in lacking} == {signal.name for signal in NUMBERS} - {
        "pixel_mm"
    }


def test_one_value_all_over_has_no_chart(world: f.World) -> None:
    samples = [Sample("input", "", START, {"n_phases": 30}) for _ in range(20)]
    charts, lacking = chart_all(samples, START, LAST, END)
    assert charts == []
    assert {row.missing for row in lacking if row.signal.name == "n_phases"} == {0}
