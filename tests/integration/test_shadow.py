"""A challenger drafts in the shadow: for nobody who reads, and compared all the same."""

import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from cmrkit.contracts import StackLabels
from portal.annotations.models import Annotation
from portal.annotations.services.drafts import store_draft
from portal.audit.models import AuditEvent
from portal.cases.models import Case, CaseState
from portal.cases.withdrawing import Leaving
from portal.core.errors import Conflict
from portal.datasets.models import DatasetItem, DatasetVersion
from portal.imaging.models import Stack
from portal.inference.services import preannotation
from portal.jobs.models import Job
from portal.modelhub.models import GatePlan, ModelState, ModelVersion, Shadow, ShadowDraft
from portal.modelhub.selectors import champion_of
from portal.modelhub.services import shadowing
from portal.modelhub.services.forgetting import forget
from portal.modelhub.services.promoting import propose
from portal.modelhub.services.registering import register_model
from portal.modelhub.services.shadow_comparing import compare_shadows
from portal.modelhub.shadow_selectors import shadow_of
from portal.protocols.models import ProtocolVersion
from portal.reads.models import Read
from tests.factories import reading as f
from tests.factories.locking import heart, import_heart, lock_case
from tests.integration.test_gate_plans import judged, state
from tests.integration.test_model_card import facts, frozen, trained

pytestmark = pytest.mark.django_db
NAME = "shadow-caster"


@pytest.fixture
def world(db: None) -> f.World:
    return f.make_world()


@pytest.fixture
def challenger(world: f.World) -> ModelVersion:
    card = {**champion_of(world.project).card, "name": NAME, "version": "9"}
    card |= {"weights_sha256": "9" * 64}
    return register_model(project=world.project, card=card, state=ModelState.CHALLENGER)


def switch(world: f.World, model: ModelVersion, on: bool = True, who: Any = None) -> Any:
    return f.Api(who or world.scientist).post(f"models/{model.pk}/shadow/", {"on": on})


def finish_as(monkeypatch: pytest.MonkeyPatch, job: Job, labels: StackLabels) -> None:
    """What the portal does with a worker's answer (the worker's part is in test_gate.py)."""
    data = json.dumps(labels.to_json()).encode()
    monkeypatch.setattr(shadowing, "artifact_bytes", lambda job, name: data)
    monkeypatch.setattr(preannotation, "artifact_bytes", lambda job, name: data)
    preannotation.finish(job, {})


def moved(labels: StackLabels, by_px: float) -> StackLabels:
    data = labels.to_json()
    for frame in data["frames"]:
        for parts in frame["structures"].values():
            for part in parts:
                part[:] = [[x + by_px, y] for x, y in part]
    return StackLabels.from_json(data)


def champion_drafts(
    world: f.World, monkeypatch: pytest.MonkeyPatch, case: Case, labels: StackLabels
) -> None:
    """The champion's draft of a case, by a job as the coordinator asks for it."""
    (described,) = (
        f.Api(world.coordinator)
        .post(f"projects/{world.slug}/preannotate/", {"case_ids": [str(case.pk)]})
        .json()
    )
    finish_as(monkeypatch, Job.objects.get(pk=described["id"]), labels)


def shadowed(
    world: f.World, monkeypatch: pytest.MonkeyPatch, seed: int = 1
) -> tuple[Case, ShadowDraft]:
    """A case that champion and challenger drafted; the challenger's lies two pixels aside."""
    phantom = heart(seed, n_slices=3)
    case = import_heart(world, phantom)
    champion_drafts(world, monkeypatch, case, phantom.labels)
    draft = ShadowDraft.objects.get(case=case)
    finish_as(monkeypatch, draft.job, moved(phantom.labels, 2.0))
    draft.refresh_from_db()
    return case, draft


def test_only_what_is_drafted_from_now_on(
    world: f.World, challenger: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = heart(1, n_slices=3)
    champion_drafts(world, monkeypatch, import_heart(world, before), before.labels)
    assert not ShadowDraft.objects.exists()
    assert switch(world, challenger).json()["is_open"] is True
    assert switch(world, challenger).status_code == 200
    assert Shadow.objects.count() == 1  # twice is once
    case, draft = shadowed(world, monkeypatch, seed=2)
    assert (draft.case, draft.champion) == (case, champion_of(world.project))
    assert draft.drafted_at is not None
    assert switch(world, challenger, on=False).json()["is_open"] is False
    after = heart(3, n_slices=3)
    champion_drafts(world, monkeypatch, import_heart(world, after), after.labels)
    assert ShadowDraft.objects.count() == 1
    actions = list(AuditEvent.objects.filter(action__startswith="shadow.").order_by("seq"))
    assert [row.action for row in actions] == ["shadow.started", "shadow.ended"]


# who looks at what, and what they get; {case}, {read} and {model} stand for ids
LOOKS = [
    ("reader_a", "reads/{read}/", 200),
    ("reader_a", "reads/{read}/annotations/", 200),
    ("reader_a", "reads/{read}/measurements/", 200),
    ("reader_a", "my-work/", 200),
    ("reader_a", "notifications/", 200),
    ("reader_a", "jobs/", 200),
    ("reader_a", "projects/{slug}/jobs/", 200),
    ("reader_a", "projects/{slug}/cases/{case}/", 404),
    ("reader_a", "models/{model}/shadow/", 404),
    ("reader_a", "models/{model}/card/", 404),
    ("reader_a", "models/{model}/checklists/decide-ai/", 404),
    ("reader_b", "my-work/", 200),
    ("coordinator", "projects/{slug}/cases/{case}/", 200),
    ("coordinator", "projects/{slug}/cases/", 200),
    ("coordinator", "models/{model}/shadow/", 403),
    ("adjudicator", "projects/{slug}/adjudications/", 200),
    ("adjudicator", "models/{model}/shadow/", 404),
]


@pytest.mark.parametrize("ai_visible", [True, False])
def test_nobody_who_reads_or_runs_the_case_sees_it(
    challenger: ModelVersion, world: f.World, monkeypatch: pytest.MonkeyPatch, ai_visible: bool
) -> None:
    """Neither the shadow's name nor a point of its contours is in any answer; and the model's page
    itself is closed to them."""
    ProtocolVersion.objects.filter(protocol__project=world.project).update(ai_visible=ai_visible)
    switch(world, challenger)
    case, draft = shadowed(world, monkeypatch)
    (read,) = world.assign(case, world.reader_a)
    compare_shadows()
    point = draft.labels["frames"][0]["structures"]["lv_endo"][0][0]
    secrets = [NAME, str(draft.pk), str(draft.job_id), json.dumps(point)[1:-1].replace(" ", "")]
    ids = {"case": case.pk, "read": read.pk, "model": challenger.pk, "slug": world.slug}
    for who, path, status in LOOKS:
        answer = f.Api(getattr(world, who)).get(path.format(**ids))
        text = answer.content.decode().replace(" ", "")
        assert answer.status_code == status, (who, path)
        assert not [secret for secret in secrets if secret in text], (who, path)
    # what the reader's read started from is the champion's, and the shadow is no read at all
    assert not Read.objects.filter(reader=challenger.reader).exists()
    assert not Annotation.objects.filter(model_label__contains=NAME).exists()
    assert draft.job.case_id is None


def test_an_open_case_counts_for_no_number(
    world: f.World, challenger: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a case that is still read, nobody is told how the shadow did; drafted is all they hear."""
    switch(world, challenger)
    case, draft = shadowed(world, monkeypatch)
    compare_shadows()
    draft.refresh_from_db()
    assert draft.beside_champion is not None
    for who in (world.scientist, world.quality):
        found = shadow_of(who, challenger)
        assert (found["n_drafted"], found["beside_champion"]["n"]) == (1, 0)
    Case.objects.filter(pk=case.pk).update(state=CaseState.ADJUDICATING)
    assert shadow_of(world.quality, challenger)["beside_champion"] == {"n": 1, "rows": []}


def test_numbers_from_five_cases_up(
    world: f.World, challenger: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five copies of one comparison, worked out by hand below."""
    switch(world, challenger)
    shadow = Shadow.objects.get()
    stack_of = {}
    for seed in range(1, 6):
        case = import_heart(world, heart(seed, n_slices=3))
        stack_of[case.pk] = Stack.objects.get(study__case=case)
        Case.objects.filter(pk=case.pk).update(state=CaseState.LOCKED)
        zero = {"edv_ml": 0.0, "esv_ml": 0.0}
        dice = {"lv_endo": 0.9, "lv_epi": 0.9, "rv_endo": None}
        ShadowDraft.objects.create(
            shadow=shadow,
            case=case,
            stack=stack_of[case.pk],
            champion=champion_of(world.project),
            job=Job.objects.create(project=world.project, kind="segment", title="x"),
            drafted_at=case.created_at,
            beside_champion={"dice": dice, "differences": {**zero, "ef_percent": float(seed)}},
            beside_reference={
                "champion": {"dice": dice, "differences": {**zero, "ef_percent": -4.0}},
                "shadow": {"dice": dice, "differences": {**zero, "ef_percent": 1.0}},
            },
        )
    found = shadow_of(world.scientist, challenger)
    beside = {row["name"]: row for row in found["beside_champion"]["rows"]}
    assert found["beside_champion"]["n"] == 5
    assert beside["lv_endo"]["mean"] == pytest.approx(0.9)
    assert (beside["rv_endo"]["mean"], beside["rv_endo"]["n"]) == (None, 0)
    # mean of 1..5 is 3, sd 1.5811, t of 4 degrees 2.7764: 3 -+ 1.9632
    ef = beside["ef_percent"]
    assert (ef["mean"], ef["low"], ef["high"]) == pytest.approx((3.0, 1.0368, 4.9632), abs=1e-3)
    held = {row["name"]: row for row in found["beside_reference"]["rows"]}
    assert (held["ef_percent"]["champion"], held["ef_percent"]["shadow"]) == (4.0, 1.0)
    assert held["ef_percent"]["mean"] == -3.0
    card = f.Api(world.scientist).get(f"models/{challenger.pk}/card/").json()
    assert facts(card, "Shadow drafts")["Compared with the reference"] == "5"


def test_it_is_held_against_the_reference_once_there_is_one(
    world: f.World, challenger: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reference is the true contours: the champion drew them, the shadow two pixels aside."""
    switch(world, challenger)
    phantom = heart(1, n_slices=3)
    case = lock_case(world, phantom)
    stack = Stack.objects.get(study__case=case)
    champion = champion_of(world.project)
    store_draft(
        case=case, stack=stack, model_version=champion, labels=phantom.labels, by_job="late"
    )
    shadowing.ask_shadows(case=case, stack=stack, drafted_by=champion)
    draft = ShadowDraft.objects.get()
    finish_as(monkeypatch, draft.job, moved(phantom.labels, 2.0))
    assert compare_shadows() == 1
    draft.refresh_from_db()
    assert draft.beside_reference["champion"]["dice"]["lv_endo"] == pytest.approx(1.0)
    aside = draft.beside_reference["shadow"]["dice"]["lv_endo"]
    assert 0.6 < aside < 0.99
    # moved aside by whole pixels, it has the same area everywhere, and so the same volumes
    assert draft.beside_reference["shadow"]["differences"]["edv_ml"] == pytest.approx(0, abs=1e-6)
    assert draft.beside_champion["dice"]["lv_endo"] == pytest.approx(aside)
    assert compare_shadows() == 0  # nothing new
    case.references.update(
        reopened_at=case.created_at, reopened_by=world.quality, reopen_reason="Missed a slice"
    )
    assert compare_shadows() == 1
    draft.refresh_from_db()
    assert (draft.beside_reference, draft.reference_digest) == (None, "")


def test_it_is_held_against_the_reference_between_its_base_and_apex(
    world: f.World, challenger: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the champion drew beyond the signed base is neither an error of volume nor of Dice."""
    switch(world, challenger)
    phantom = heart(1, n_slices=4)
    case = lock_case(world, phantom, pins={"basal_slice": 1})
    stack, champion = Stack.objects.get(study__case=case), champion_of(world.project)
    store_draft(
        case=case, stack=stack, model_version=champion, labels=phantom.labels, by_job="late"
    )
    shadowing.ask_shadows(case=case, stack=stack, drafted_by=champion)
    draft = ShadowDraft.objects.get()
    drawn = phantom.labels.to_json()
    drawn["frames"] = [frame for frame in drawn["frames"] if frame["slice"] > 0]
    finish_as(monkeypatch, draft.job, StackLabels.from_json(drawn))
    compare_shadows()
    draft.refresh_from_db()
    for side in ("champion", "shadow"):
        found = draft.beside_reference[side]
        assert found["differences"]["edv_ml"] == pytest.approx(0, abs=1e-6)
        assert found["dice"]["lv_endo"] == 1.0
    assert draft.beside_champion["dice"]["lv_endo"] < 1.0


def test_what_was_drafted_of_a_withdrawn_subject_goes(
    world: f.World, challenger: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch(world, challenger)
    case, draft = shadowed(world, monkeypatch)
    (other, kept), job = shadowed(world, monkeypatch, seed=2), draft.job
    leaving = Leaving(case.visit.subject, timezone.now(), [case.pk])
    with transaction.atomic():
        forget(leaving)
    assert list(ShadowDraft.objects.values_list("pk", "case")) == [(kept.pk, other.pk)]
    assert leaving.removed["shadow drafts"] == 1
    job.refresh_from_db()
    assert (job.payload, job.output) == ({}, None)


def test_a_case_it_learned_from_is_not_new_to_it(
    world: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = frozen(world)
    model = trained(world, dataset)
    switch(world, model)
    case = DatasetItem.objects.get(dataset=dataset).reference.case
    stack = Stack.objects.get(study__case=case)
    asked = shadowing.ask_shadows(case=case, stack=stack, drafted_by=champion_of(world.project))
    assert (asked, ShadowDraft.objects.count()) == (0, 0)
    assert DatasetVersion.objects.count() == 1


def test_a_plan_may_ask_for_cases_in_the_shadow(
    world: f.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert state(world, min_shadow=1).status_code == 201
    card = {**champion_of(world.project).card, "name": NAME, "version": "8"}
    card |= {"weights_sha256": "8" * 64}
    model = register_model(project=world.project, card=card, state=ModelState.CHALLENGER)
    assert judged(world, model, 0.8, 0.9).gate_passed
    early = f.Api(world.scientist).post(f"models/{model.pk}/propose/", {"reason": "Better"})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "too_few_in_shadow")
    assert early.json()["error"]["details"] == {"asked": 1, "drafted": 0}
    switch(world, model)
    shadowed(world, monkeypatch)
    propose(by=world.scientist, model=model, reason="Better")
    consent = {"password": f.PASSWORD, "meaning": "I approve."}
    assert f.Api(world.quality).post(f"models/{model.pk}/approve/", consent).status_code == 200
    assert not Shadow.objects.filter(ended_at__isnull=True).exists()  # it drafts in the open now


def test_who_may_and_what_may(world: f.World, challenger: ModelVersion) -> None:
    for who in (world.coordinator, world.reader_a, world.adjudicator):
        assert switch(world, challenger, who=who).status_code in (403, 404)
    assert switch(world, challenger, who=world.quality).status_code == 200
    champion = switch(world, champion_of(world.project))
    assert (champion.status_code, champion.json()["error"]["code"]) == (409, "not_a_challenger")
    ModelVersion.objects.filter(pk=challenger.pk).update(
        card={**challenger.card, "task": "cine-lax"}
    )
    other = register_model(
        project=world.project,
        card={**challenger.card, "name": "lax", "task": "cine-lax", "weights_sha256": "7" * 64},
        state=ModelState.CHALLENGER,
    )
    assert switch(world, other).status_code == 422
    with pytest.raises(Conflict):
        shadowing.start_shadow(by=world.scientist, model=champion_of(world.project))


def test_the_database_keeps_one_open_shadow(world: f.World, challenger: ModelVersion) -> None:
    assert "shadow_one_open_per_model" in connection.introspection.get_constraints(
        connection.cursor(), Shadow._meta.db_table
    )
    switch(world, challenger)
    switch(world, challenger, on=False)
    switch(world, challenger)
    assert Shadow.objects.count() == 2


def test_a_plan_older_than_the_rule_asks_for_none(world: f.World) -> None:
    assert state(world).status_code == 201
    plan = GatePlan.objects.get()
    older = {name: value for name, value in plan.rules.items() if name != "min_shadow"}
    GatePlan.objects.filter(pk=plan.pk).update(rules=older)
    seen = f.Api(world.quality).get(f"projects/{world.slug}/gate-plans/").json()["plans"][0]
    assert seen["rules"] == plan.rules
