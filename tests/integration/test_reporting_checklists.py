"""Checklists are filled from the records of one model, and never beyond them."""

from typing import Any

import pytest

from portal.modelhub.checklists.answers import ANSWERS
from portal.modelhub.models import ModelState, ModelVersion
from portal.modelhub.selectors import champion_of
from portal.modelhub.services.registering import register_model
from tests.factories import reading as f
from tests.integration.test_gate_plans import judged, state
from tests.integration.test_model_card import frozen, trained

pytestmark = pytest.mark.django_db
CODES = ("claim-2024", "tripod-ai", "stard-ai", "decide-ai")


@pytest.fixture
def world(db: None) -> f.World:
    return f.make_world()


def filled(who: Any, model: ModelVersion, code: str) -> Any:
    answer = f.Api(who).get(f"models/{model.pk}/checklists/{code}/")
    assert answer.status_code == 200, answer.content
    return answer.json()


def items(found: Any) -> dict[str, Any]:
    return {item["number"]: item for part in found["sections"] for item in part["items"]}


def bare(world: f.World) -> ModelVersion:
    """A model about which nothing is recorded but its name."""
    card = {"name": "bare", "version": "1", "title": "Bare", "weights_sha256": "b" * 64}
    card |= {"noncommercial": False, "demonstration": False}
    return register_model(project=world.project, card=card, state=ModelState.CHALLENGER)


def test_items_are_filled_from_records(world: f.World) -> None:
    assert state(world, min_cases=4).status_code == 201
    dataset = frozen(world, "CC-BY-4.0", n=2)
    model = trained(world, dataset)
    judged(world, model, 0.8, 0.9)
    claim = items(filled(world.scientist, model, "claim-2024"))
    assert dataset.content_hash in claim["7"]["text"]
    assert claim["7"]["status"] == "records"
    assert "seed: 1" in claim["19"]["text"]
    assert "across splits by pixels: 0" in claim["20"]["text"]
    assert "steps: 40" in claim["25"]["text"]
    assert "at least 4 test cases" in claim["26"]["text"]
    assert "2 cases of 2 patients" in claim["35"]["text"]
    assert claim["35"]["rest"] == "a flow chart"
    assert "Dice (n = 4): 0.9, champion 0.8, difference 0.1 (0.1 to 0.1)" in claim["37"]["text"]
    assert "suppressed" in claim["36"]["text"]  # two patients would be recognised
    assert claim["7"]["link"].endswith(f"/models/{model.pk}")
    assert claim["19"]["link"].endswith(f"/datasets/{dataset.pk}")
    decide = items(filled(world.quality, model, "decide-ai"))
    assert "No change of champion" in decide["11"]["text"]
    tripod = items(filled(world.quality, model, "tripod-ai"))
    assert "Cases by split" in tripod["21"]["text"]
    stard = items(filled(world.quality, model, "stard-ai"))
    assert "entries" in stard["40b"]["text"]


@pytest.mark.parametrize("code", CODES)
def test_what_only_people_know_needs_a_person(world: f.World, code: str) -> None:
    """Funding, ethics, interpretation: whatever is on record, nobody invents them."""
    model = champion_of(world.project)
    people = {
        "claim-2024": ("2", "4", "5", "15", "34", "44"),
        "tripod-ai": ("2", "3c", "17", "18a", "18b", "18d", "19", "25"),
        "stard-ai": ("2", "6", "8", "16b", "32", "36", "38", "39"),
        "decide-ai": ("I", "IV", "VI", "7", "14", "15", "X"),
    }
    found = items(filled(world.scientist, model, code))
    for number in people[code]:
        assert (found[number]["status"], found[number]["text"]) == ("person", ""), number


def test_a_bare_model_fills_next_to_nothing(world: f.World) -> None:
    found = items(filled(world.scientist, bare(world), "claim-2024"))
    told = {number for number, item in found.items() if item["status"] != "person"}
    # its name, the gate's default rules, and the project's protocol: nothing else is known
    assert told == {"1", "6", "16", "26", "42"}


def test_every_answer_holds_for_a_bare_and_for_a_full_model(world: f.World) -> None:
    """No answer fails where something is missing, and none says None."""
    full = trained(world, frozen(world))
    judged(world, full, 0.8, 0.9)
    for model in (bare(world), champion_of(world.project), full):
        for who in (world.scientist, world.coordinator):
            for code in CODES:
                for number, item in items(filled(who, model, code)).items():
                    assert "None" not in item["text"], (code, number)
                    assert (item["status"] == "person") is (item["text"] == ""), (code, number)
                    assert item["link"].startswith("/p/") is (item["text"] != ""), (code, number)
    assert len(ANSWERS) > 40


def test_counts_add_up_and_the_list_shows_them(world: f.World) -> None:
    model = champion_of(world.project)
    listed = f.Api(world.quality).get(f"models/{model.pk}/checklists/").json()
    assert [row["code"] for row in listed] == list(CODES)
    for row in listed:
        found = filled(world.quality, model, row["code"])
        statuses = [item["status"] for item in items(found).values()]
        assert row["counts"] == {s: statuses.count(s) for s in ("records", "part", "person")}


def test_no_case_is_named_and_composition_is_for_few(world: f.World) -> None:
    dataset = frozen(world, n=2)
    model = trained(world, dataset)
    labels = set(dataset.items.values_list("reference__case__label", flat=True))
    for code in CODES:
        for who in (world.scientist, world.coordinator):
            text = f.Api(who).get(f"models/{model.pk}/checklists/{code}/").content.decode()
            assert not [label for label in labels if label in text]
    seen = items(filled(world.coordinator, model, "claim-2024"))
    assert seen["36"]["text"] == "On record; shown to those who may open datasets."
    decide = items(filled(world.coordinator, model, "decide-ai"))
    assert decide["12"]["text"] == "On record; shown to data scientists and quality."


@pytest.mark.parametrize(
    ("wanted", "media"), [("markdown", "text/markdown"), ("html", "text/html")]
)
def test_it_downloads(world: f.World, wanted: str, media: str) -> None:
    model = champion_of(world.project)
    answer = f.Api(world.scientist).get(f"models/{model.pk}/checklists/claim-2024/?as={wanted}")
    assert answer["Content-Type"].startswith(media)
    assert 'filename="claim-2024-' in answer["Content-Disposition"]
    text = answer.content.decode()
    assert "unverified" in text
    assert text.count("needs a person") > 10
    assert f"http://testserver/p/{world.slug}/models/" in text


def test_an_unknown_list_is_not_there(world: f.World) -> None:
    model = champion_of(world.project)
    assert f.Api(world.quality).get(f"models/{model.pk}/checklists/made-up/").status_code == 404
