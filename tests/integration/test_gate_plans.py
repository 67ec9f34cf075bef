"""Rules are stated before a model is trained, by somebody who doesn't train; and the way back."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from cmrkit.contracts import JobKind
from portal.audit.models import AuditEvent
from portal.datasets.errors import TestSetWithdrawn
from portal.datasets.models import TestSet, TestSetItem
from portal.jobs.models import Job
from portal.modelhub.groups import groups_of
from portal.modelhub.models import ChampionChange, Evaluation, GatePlan, ModelState, ModelVersion
from portal.modelhub.selectors import champion_of
from portal.modelhub.services.evaluating import fill, finish
from portal.modelhub.services.gate_plans import plan_for
from portal.modelhub.services.registering import register_model
from portal.projects.models import Membership
from portal.projects.roles import Role
from portal.reads.models import CaseStratum
from tests.factories import reading as f
from tests.factories.locking import heart, import_heart

pytestmark = pytest.mark.django_db

TEXTS = {
    "may_change": "Weights, by training on references of this project.",
    "protocol": "Evaluation beside the champion on the frozen test set.",
    "impact": "Drafts change; people still decide.",
}
STATED = {"password": f.PASSWORD, "meaning": "I state how models are judged.", **TEXTS}


@pytest.fixture
def world(db: None) -> f.World:
    return f.make_world()


def state(world: f.World, who: Any = None, **rules: Any) -> Any:
    api = f.Api(who or world.quality)
    return api.post(f"projects/{world.slug}/gate-plans/", {**STATED, "rules": rules})


def model(world: f.World, version: str) -> ModelVersion:
    card = {**champion_of(world.project).card, "name": "challenger", "version": version}
    card["weights_sha256"] = version * 64
    return register_model(project=world.project, card=card, state=ModelState.CHALLENGER)


def results(n: int, dice: float) -> list[dict[str, Any]]:
    scores = {s: {"ed": dice, "es": dice} for s in ("lv_endo", "lv_epi", "rv_endo")}
    volumes = {"edv_ml": 150.0, "esv_ml": 60.0, "ef_percent": 60.0}
    return [
        {"item_id": f"i{k}", "failed": False, "dice": scores, **volumes, "reference": volumes}
        for k in range(n)
    ]


def judged(world: f.World, challenger: ModelVersion, old: float, new: float) -> Evaluation:
    """What the portal makes of a worker's answer (the worker's part is in test_gate.py)."""
    test_set = TestSet.objects.create(
        project=world.project,
        name=f"set {challenger.version}",
        is_phantom=True,
        frozen_by=world.quality,
    )
    job = Job.objects.create(project=world.project, kind=JobKind.EVALUATE, title="Evaluate")
    row = Evaluation.objects.create(
        challenger=challenger, champion=champion_of(world.project), test_set=test_set, job=job
    )
    with transaction.atomic():
        finish(job, {"sides": [{"cases": results(4, old)}, {"cases": results(4, new)}]})
    row.refresh_from_db()
    challenger.refresh_from_db()
    return row


def test_a_plan_judges_only_what_was_trained_after_it(world: f.World) -> None:
    before = model(world, "1")
    assert state(world, min_cases=5).status_code == 201
    after = model(world, "2")
    assert plan_for(before) is None
    assert plan_for(after) == GatePlan.objects.get()
    by_default, by_plan = judged(world, before, 0.8, 0.9), judged(world, after, 0.8, 0.9)
    assert (by_default.gate_passed, by_default.plan, by_default.rules["min_cases"]) == (
        True,
        None,
        3,
    )
    assert (by_plan.gate_passed, by_plan.rules["min_cases"]) == (False, 5)
    assert [c["code"] for c in by_plan.gate_checks if not c["passed"]] == ["cases"]
    assert (before.state, after.state) == (ModelState.CHALLENGER, ModelState.REFUSED)
    shown = f.Api(world.scientist).get(f"models/{after.pk}/").json()["evaluations"][0]
    assert shown["gate"]["plan_version"] == 1


def test_a_later_plan_does_not_reach_back(world: f.World) -> None:
    assert state(world, better_dice=0.2).status_code == 201
    strict = GatePlan.objects.get()
    between = model(world, "3")
    assert state(world, better_dice=0.0).json()["version"] == 2
    assert plan_for(between) == strict
    assert judged(world, between, 0.8, 0.9).gate_passed is False


def test_who_trains_may_not_state_the_rules(world: f.World) -> None:
    assert state(world, world.scientist).status_code == 403
    Membership.objects.create(project=world.project, user=world.quality, role=Role.DATA_SCIENTIST)
    answer = state(world)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "own_gate_plan")
    assert not GatePlan.objects.exists()


def test_a_plan_is_whole_signed_and_in_the_audit(world: f.World) -> None:
    api = f.Api(world.quality)
    path = f"projects/{world.slug}/gate-plans/"
    wrong = api.post(path, {**STATED, "rules": {"ef_points": -1, "luck": 1}, "impact": " "})
    assert wrong.status_code == 422
    assert set(wrong.json()["error"]["details"]) == {"ef_points", "luck", "impact"}
    guessed = api.post(path, {**STATED, "rules": {}, "password": "guess"})
    assert guessed.json()["error"]["code"] == "wrong_password"
    assert not GatePlan.objects.exists()
    assert state(world, ef_points=1).status_code == 201
    plan = GatePlan.objects.get()
    assert plan.signature.signer == world.quality
    assert AuditEvent.objects.filter(action="gate_plan.stated", target_id=str(plan.pk)).exists()
    seen = f.Api(world.scientist).get(path).json()
    assert (seen["plans"][0]["rules"]["ef_points"], seen["may_state"]) == (1.0, False)
    assert seen["default_rules"]["ef_points"] == 0.5
    assert f.Api(world.reader_a).get(path).status_code == 403


def promoted(world: f.World, challenger: ModelVersion) -> None:
    assert judged(world, challenger, 0.8, 0.9).gate_passed
    f.Api(world.scientist).post(f"models/{challenger.pk}/propose/", {"reason": "Better"})
    consent = {"password": f.PASSWORD, "meaning": "I approve."}
    answer = f.Api(world.quality).post(f"models/{challenger.pk}/approve/", consent)
    assert answer.status_code == 200, answer.content


def test_a_test_set_whose_subject_left_decides_nothing(world: f.World) -> None:
    """Neither for a proposal, nor for the approval of one made before, nor for a job that waits."""
    first, second = model(world, "4"), model(world, "5")
    api, consent = f.Api(world.scientist), {"password": f.PASSWORD, "meaning": "I approve."}
    for challenger in (first, second):
        assert judged(world, challenger, 0.8, 0.9).gate_passed
    assert api.post(f"models/{first.pk}/propose/", {"reason": "Better"}).status_code == 200
    TestSet.objects.update(withdrawn_at=timezone.now())
    refused = [
        api.post(f"models/{second.pk}/propose/", {"reason": "Better"}),
        f.Api(world.quality).post(f"models/{first.pk}/approve/", consent),
    ]
    assert {answer.json()["error"]["code"] for answer in refused} == {"test_set_withdrawn"}
    with pytest.raises(TestSetWithdrawn):
        fill(Evaluation.objects.get(challenger=first).job, lambda what, pk: what)
    assert champion_of(world.project) not in (first, second)


def roll_back(world: f.World, champion: ModelVersion, reason: str = "Drafts got worse") -> Any:
    return f.Api(world.quality).post(f"models/{champion.pk}/roll-back/", {"reason": reason})


def test_one_click_back_and_never_twice(world: f.World) -> None:
    first, second, third = champion_of(world.project), model(world, "4"), model(world, "5")
    promoted(world, second)
    promoted(world, third)
    actions = f.Api(world.quality).get(f"models/{third.pk}/").json()["actions"]
    assert actions == ["roll_back"]
    assert roll_back(world, third, " ").status_code == 422
    assert roll_back(world, third).json()["id"] == str(second.pk)
    again = roll_back(world, third)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "no_earlier_champion")
    assert champion_of(world.project) == second
    third.refresh_from_db()
    second.refresh_from_db()
    assert (second.state, third.state) == (ModelState.CHAMPION, ModelState.RETIRED)
    assert roll_back(world, second).json()["id"] == str(first.pk)  # to the one chosen at the start
    assert roll_back(world, first).json()["error"]["code"] == "no_earlier_champion"
    assert ChampionChange.objects.filter(rolled_back=True).count() == 2
    assert AuditEvent.objects.filter(action="model.rolled_back").count() == 2


def test_a_promotion_after_a_rollback_goes_back_to_where_it_came_from(world: f.World) -> None:
    first, second, third = champion_of(world.project), model(world, "6"), model(world, "7")
    promoted(world, second)
    roll_back(world, second)
    promoted(world, third)
    assert roll_back(world, third).json()["id"] == str(first.pk)


def test_only_who_approves_may_go_back(world: f.World) -> None:
    promoted(world, second := model(world, "8"))
    for person in (world.scientist, world.coordinator, world.reader_a):
        answer = f.Api(person).post(f"models/{second.pk}/roll-back/", {"reason": "No"})
        assert answer.status_code in (403, 404)
    assert champion_of(world.project) == second


def test_cases_belong_to_groups_and_phantoms_to_none(world: f.World) -> None:
    case = import_heart(world, heart(3, n_slices=3))
    CaseStratum.objects.create(case=case, disease="dilated")
    stack = case.studies.get().stacks.get(is_latest=True)
    test_set = TestSet.objects.create(
        project=world.project, name="Real", is_phantom=False, frozen_by=world.quality
    )
    item = TestSetItem.objects.create(
        test_set=test_set, stack=stack, label="a", labels={}, ed_phase=0, es_phase=1
    )
    found = groups_of(test_set)[str(item.pk)]
    assert found["disease"] == "dilated"
    assert found["site"] == case.visit.subject.site.name
    assert (found["sex"], found["age"]) == ("other", "not recorded")
    TestSet.objects.filter(pk=test_set.pk).update(is_phantom=True)
    test_set.refresh_from_db()
    assert groups_of(test_set) == {}


def test_the_newest_plan_is_the_one_of_its_day(world: f.World) -> None:
    for better in (0.01, 0.02):
        state(world, better_dice=better)
    late = model(world, "9")
    assert plan_for(late) == GatePlan.objects.get(version=2)
    ModelVersion.objects.filter(pk=late.pk).update(created_at=timezone.now() - timedelta(days=2))
    late.refresh_from_db()
    assert plan_for(late) is None
