"""The model card says what is on record, that nothing is where nothing is, and names no patient."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from cmrkit.contracts import JobKind
from portal.datasets.models import DatasetVersion
from portal.jobs.models import Job
from portal.modelhub.models import ModelState, ModelVersion, TrainingPoint, TrainingRun
from portal.modelhub.selectors import champion_of
from portal.modelhub.services import training
from portal.modelhub.services.registering import register_model
from portal.storage.services import put_bytes
from tests.factories import reading as f
from tests.factories.locking import heart, lock_case
from tests.integration.test_gate_plans import judged, promoted, roll_back, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> f.World:
    return f.make_world()


def trained(world: f.World, dataset: DatasetVersion, version: str = "1") -> ModelVersion:
    """A challenger as a training run leaves it, without the minutes that training takes."""
    base = champion_of(world.project)
    card = {**base.card, "name": "challenger", "version": version, "weights_sha256": version * 64}
    job = Job.objects.create(
        project=world.project,
        kind=JobKind.TRAIN,
        title="Train",
        state="succeeded",
        finished_at=timezone.now(),
        output={"made_by": {"code_version": "0.1.0"}},
    )
    run = TrainingRun.objects.create(
        dataset=dataset, base_model=base, job=job, params={"steps": 40, "lr": 0.002, "seed": 7}
    )
    TrainingPoint.objects.create(run=run, step=40, loss=0.25, val_dice=0.8)
    model = register_model(project=world.project, card=card, state=ModelState.CHALLENGER)
    TrainingRun.objects.filter(pk=run.pk).update(model=model)
    return model


def frozen(world: f.World, licence: str = "CC-BY-4.0", *, n: int = 1) -> DatasetVersion:
    for seed in range(1, n + 1):
        lock_case(world, heart(seed, n_slices=3))
    answer = f.Api(world.scientist).post(
        f"projects/{world.slug}/datasets/", {"name": "Hearts", "licence": licence}
    )
    assert answer.status_code == 201, answer.content
    return DatasetVersion.objects.get()


def card_of(who: Any, model: ModelVersion) -> Any:
    answer = f.Api(who).get(f"models/{model.pk}/card/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def facts(card: Any, title: str) -> dict[str, str]:
    (section,) = [s for s in card["sections"] if s["title"] == title]
    blocks = [b for b in section["blocks"] if b["kind"] == "facts"]
    return {fact["name"]: fact["value"] for block in blocks for fact in block["facts"]}


def tables(card: Any, title: str) -> list[Any]:
    (section,) = [s for s in card["sections"] if s["title"] == title]
    return [b for b in section["blocks"] if b["kind"] == "table"]


def test_a_whole_life_is_on_the_card(world: f.World) -> None:
    """Plan, dataset, training, evaluation, two signatures, champion, rolled back."""
    assert state(world, min_cases=4).status_code == 201
    dataset = frozen(world, n=2)
    model = trained(world, dataset)
    promoted(world, model)
    assert roll_back(world, model, "Drafts got worse at site North").status_code == 200

    card = card_of(world.scientist, model)
    data, training = facts(card, "Training data"), facts(card, "Training")
    assert data["Manifest, SHA-256"] == dataset.content_hash
    assert (data["Licence"], data["Consent"]) == ("CC-BY-4.0", "not recorded")
    assert (data["Cases"], data["Patients"]) == ("2", "2")
    assert (training["Seed"], training["Code version"]) == ("7", "0.1.0")
    assert training["Last Dice on validation cases"] == "0.8"
    assert "steps: 40" in training["Recipe"]
    plan = facts(card, "Gate plan")
    assert (plan["Version"], "at least 4 test cases" in plan["Rules"]) == ("1", True)
    decisions = facts(card, "Decisions and signatures")
    assert decisions["Proposed by"] == world.scientist.display_name
    assert decisions["Decided by"] == world.quality.display_name
    assert len(decisions["Signed digest"]) == 64
    (changes,) = tables(card, "Use and rollback")
    assert [row[3] for row in changes["rows"]] == ["promoted", "rolled back"]
    assert changes["rows"][1][4] == "Drafts got worse at site North"
    judgement = tables(card, "Judgement")[0]["rows"]
    assert all(row[4] == "passed" for row in judgement)


def test_numbers_have_intervals(world: f.World) -> None:
    model = trained(world, frozen(world))
    row = judged(world, model, 0.8, 0.9)
    _, challenger = row.metrics["cases"]
    for k, case in enumerate(challenger):
        case["ef_percent"] = 60.0 + k  # 0, 1, 2 and 3 points above the reference
    row.save()
    comparison, bias = tables(card_of(world.quality, model), "Evaluations")
    dice, ef = comparison["rows"][:2]
    assert dice == ["Dice (n = 4)", "0.8", "0.9", "0.1", "0.1 to 0.1"]
    assert (ef[1], ef[2], ef[3]) == ("0", "1.5", "1.5")
    # by hand: sd of 0..3 is 1.29099, t of 3 degrees is 3.18245: 1.5 -+ 2.05426
    assert (ef[4], bias["rows"][0][2]) == ("-0.554 to 3.554", "-0.554 to 3.554")
    # 1.5 -+ 1.95996 sd
    assert bias["rows"][0][3] == "-1.03 to 4.03"


def test_what_nobody_recorded_is_said_to_be_so(world: f.World) -> None:
    """A model that came by itself, with an empty card."""
    bare = register_model(
        project=world.project,
        card={
            "name": "bare",
            "version": "1",
            "title": "Bare",
            "weights_sha256": "b" * 64,
            "noncommercial": False,
            "demonstration": False,
        },
        state=ModelState.CHALLENGER,
    )
    card = card_of(world.scientist, bare)
    purpose = facts(card, "Purpose and limits")
    for name in ("Intended use", "Scope", "Not for", "Licence", "Architecture", "Input"):
        assert purpose[name] == "not recorded", name
    assert facts(card, "Training")["Code version"] == "not recorded"
    text = f.Api(world.scientist).get(f"models/{bare.pk}/card/?as=markdown").content.decode()
    assert "Training data: not recorded." in text
    assert "Not evaluated on a frozen test set" in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("licence", "said"),
    [("CC BY-NC 4.0", True), ("Non-commercial research only", True), ("CC0", False), ("", False)],
)
def test_a_noncommercial_dataset_is_said_first(world: f.World, licence: str, said: bool) -> None:
    model = trained(world, frozen(world, licence))
    card = card_of(world.scientist, model)
    assert any("not for commercial use" in text for text in card["warnings"][:1]) is said
    assert facts(card, "Purpose and limits")["Not for commercial use"] == ("yes" if said else "no")
    text = f.Api(world.scientist).get(f"models/{model.pk}/card/?as=markdown").content.decode()
    if said:
        assert text.index("not for commercial use") < text.index("## ")


def test_it_inherits_the_restriction_of_what_its_base_learned(world: f.World) -> None:
    first = trained(world, frozen(world, "CC BY-NC 4.0"))
    promoted(world, first)
    second = trained(world, DatasetVersion.objects.create(
        project=world.project, name="Free", version=1, content_hash="c" * 64, seed=1,
        licence="CC0", frozen_by=world.scientist,
    ), version="2")  # fmt: skip
    (warning,) = card_of(world.scientist, second)["warnings"]
    assert "Hearts" in warning


@pytest.mark.parametrize(("licence", "restricted"), [("CC BY-NC-SA 4.0", True), ("CC0", False)])
def test_a_new_model_takes_its_datasets_restriction(
    world: f.World, monkeypatch: pytest.MonkeyPatch, licence: str, restricted: bool
) -> None:
    dataset = frozen(world, licence)
    job = Job.objects.create(project=world.project, kind=JobKind.TRAIN, title="Train")
    params = {"name": "next", "version": "1"}
    base = champion_of(world.project)
    run = TrainingRun.objects.create(dataset=dataset, base_model=base, job=job, params=params)
    artifact = SimpleNamespace(blob=put_bytes(b"weights"))
    monkeypatch.setattr(training, "artifact_of", lambda job, name: artifact)
    training.finish(job, {"card": {}})
    run.refresh_from_db()
    assert run.model is not None
    assert run.model.noncommercial is restricted


def test_no_patient_and_no_case_is_named(world: f.World) -> None:
    dataset = frozen(world)
    model = trained(world, dataset)
    judged(world, model, 0.8, 0.9)
    for wanted in ("", "?as=markdown", "?as=html"):
        for who in (world.scientist, world.quality, world.coordinator):
            text = f.Api(who).get(f"models/{model.pk}/card/{wanted}").content.decode()
            assert "SECRET" not in text
            for item in dataset.items.select_related("reference__case__visit__subject"):
                case = item.reference.case
                assert case.label not in text
                assert case.visit.subject.label not in text
                assert case.visit.subject.patient_hash not in text


def test_composition_is_for_those_who_open_datasets(world: f.World) -> None:
    model = trained(world, frozen(world))
    assert tables(card_of(world.scientist, model), "Training data")[-1]["title"].startswith(
        "Patients by"
    )
    seen = card_of(world.coordinator, model)
    assert not [t for t in tables(seen, "Training data") if t["title"].startswith("Patients by")]
    drift = next(s for s in seen["sections"] if s["title"] == "Drift alarms")["blocks"]
    assert drift == [{"kind": "note", "text": "Shown to data scientists and quality."}]


def test_what_people_typed_is_text_in_both_files(world: f.World) -> None:
    model = trained(
        world, frozen(world, 'CC0 <img src="x" onerror="alert(1)"> | [a](javascript:b)')
    )
    for wanted, bad in (("markdown", ["<img", "[a](j"]), ("html", ["<img"])):
        answer = f.Api(world.scientist).get(f"models/{model.pk}/card/?as={wanted}")
        assert "attachment" in answer["Content-Disposition"]
        assert not [word for word in bad if word in answer.content.decode()]
    refused = f.Api(world.scientist).get(f"models/{model.pk}/card/?as=pdf")
    assert refused.status_code == 422


def test_a_withdrawn_subject_is_said(world: f.World) -> None:
    dataset = frozen(world)
    model = trained(world, dataset)
    DatasetVersion.objects.filter(pk=dataset.pk).update(withdrawn_at=timezone.now())
    (warning,) = card_of(world.scientist, model)["warnings"]
    assert "withdrawn" in warning
