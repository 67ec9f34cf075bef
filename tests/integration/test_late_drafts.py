"""A draft that comes in after the reads of its case were compared."""

from typing import Any

import orjson
import pytest
from django.db import transaction

from portal.accounts.models import Notification
from portal.adjudication.models import Adjudication, Decision
from portal.adjudication.selectors import get_settleable
from portal.adjudication.services.settling import start_adjudication
from portal.annotations.models import Annotation
from portal.audit.models import AuditEvent
from portal.cases.models import Case
from portal.inference.services import preannotation
from portal.jobs.models import Job
from portal.modelhub.models import ModelState, ModelVersion
from portal.modelhub.selectors import champion_of
from portal.modelhub.services.registering import register_model
from portal.reads.models import Read, ReadPurpose
from tests.factories import reading as f
from tests.factories.settling import begin, codes, opened, read_by, with_rules

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(world: f.World) -> ModelVersion:
    card = {**champion_of(world.project).card, "name": "drafter", "version": "7"}
    card["weights_sha256"] = "7" * 64
    return register_model(project=world.project, card=card, state=ModelState.CHALLENGER)


def comes_in(
    case: Case, model: ModelVersion, monkeypatch: pytest.MonkeyPatch, scale: float = 1.4
) -> None:
    """What is done with a worker's result, as its job is closed."""
    stack = case.studies.get().stacks.get()
    job = Job.objects.create(
        project=case.project,
        case=case,
        kind="segment",
        title="draft",
        payload={"stack": str(stack.pk), "model_id": str(model.pk)},
    )
    sent = orjson.dumps(f.labels(scale).to_json())
    monkeypatch.setattr(preannotation, "artifact_bytes", lambda _job, _name: sent)
    with transaction.atomic():
        preannotation.finish(job, {})


def agreement(world: f.World, case: Case) -> Any:
    url = f"projects/{world.slug}/cases/{case.pk}/agreement/"
    return f.Api(world.coordinator).get(url).json()


def purposes(row: Adjudication) -> list[str]:
    return sorted(r.read.purpose for r in row.comparison.readings.select_related("read"))


def test_the_case_is_compared_again_with_the_ai(
    world: f.World, model: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rules(world, reads=2, compare_model=True)
    case = f.make_case(world.project, "C-1")
    read_by(world, case, 1.0, 1.0)
    before = opened(case)
    assert (case_state(case), before.kind) == ("agreed", "confirmation")
    assert agreement(world, case)["lacks_model"]

    comes_in(case, model, monkeypatch)
    after = opened(case)
    assert after.pk == before.pk
    assert purposes(after) == [ReadPurpose.DRAFT, ReadPurpose.READING, ReadPurpose.READING]
    assert (case_state(case), after.kind, codes(after)) == (
        "adjudicating",
        "disagreement",
        {"band"},
    )
    page = agreement(world, case)
    assert not page["lacks_model"]
    assert len(page["readings"]) == 3
    assert page["reasons"] == after.reasons
    told = AuditEvent.objects.filter(action="case.compared").order_by("pk")
    assert [row.details.get("again", False) for row in told] == [False, True]
    news = Notification.objects.filter(user=world.adjudicator, kind="case_to_settle")
    assert any("compared again" in row.text for row in news)
    # the same draft once more changes nothing
    comes_in(case, model, monkeypatch)
    assert opened(case).comparison_id == after.comparison_id
    # who begins now has the AI among the readings
    begin(world, after)


def test_what_somebody_has_begun_to_settle_stays_and_says_that_the_ai_is_missing(
    world: f.World, model: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rules(world, reads=2, compare_model=True)
    case = f.make_case(world.project, "C-1")
    read_by(world, case, 1.0, 1.4)
    row = opened(case)
    api = begin(world, row)
    comes_in(case, model, monkeypatch)
    after = opened(case)
    assert after.comparison_id == row.comparison_id
    assert purposes(after) == [ReadPurpose.READING, ReadPurpose.READING]
    assert api.get(f"adjudications/{row.pk}/").json()["agreement"]["lacks_model"]


def test_who_begins_while_a_draft_comes_in_settles_what_was_compared_last(
    world: f.World, model: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row was looked up before the draft had the case compared again."""
    with_rules(world, reads=2, compare_model=True)
    case = f.make_case(world.project, "C-1")
    read_by(world, case, 1.0, 1.0)
    looked_up = get_settleable(world.adjudicator, opened(case).pk)
    assert looked_up.kind == "confirmation"
    comes_in(case, model, monkeypatch)
    assert opened(case).kind == "disagreement"

    read = start_adjudication(by=world.adjudicator, adjudication=looked_up)
    assert not Decision.objects.filter(adjudication=looked_up).exists()
    assert not Annotation.objects.filter(read=read).exists()


def test_a_protocol_that_does_not_compare_the_ai_is_left_alone(
    world: f.World, model: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_rules(world, reads=2)
    case = f.make_case(world.project, "C-1")
    read_by(world, case, 1.0, 1.0)
    row = opened(case)
    assert not agreement(world, case)["lacks_model"]
    comes_in(case, model, monkeypatch)
    assert opened(case).comparison_id == row.comparison_id


def test_nobody_hears_of_a_second_reading_that_got_a_draft(
    world: f.World, model: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    f.set_rules(world, duplicates_share=0.5, washout_days=14)
    for label in ("C-1", "C-2"):
        f.make_case(world.project, label)
    f.plan(world, world.reader_a, world.reader_b)
    second = Read.objects.select_related("case").filter(duplicate=True).first()
    assert second is not None
    first = Read.objects.get(case=second.case, reader=second.reader, duplicate=False)
    sent: list[Any] = []
    monkeypatch.setattr(
        preannotation, "publish", lambda *, user_ids, message: sent.append(message["read_id"])
    )
    comes_in(second.case, model, monkeypatch)
    assert Annotation.objects.filter(read=second).exists()
    assert str(first.pk) in sent
    assert str(second.pk) not in sent


def case_state(case: Case) -> str:
    return Case.objects.get(pk=case.pk).state
