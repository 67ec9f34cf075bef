"""Which cases to have read next: poor drafts first, and groups that the references lack."""

from typing import Any

import pytest

from portal.cases.models import Case, CaseState
from portal.reads.models import CaseStratum
from tests.factories import reading as f
from tests.integration.permissions.people_and_things import make_champion
from tests.integration.test_checks import segmented

pytestmark = pytest.mark.django_db


def drafted(world: f.World, label: str, dice: float, disease: str = "", **changes: Any) -> Case:
    """A case that waits for readers, with a draft by the champion that is expected to be so good."""
    case = f.make_case(world.project, label)
    if disease:
        CaseStratum.objects.create(case=case, disease=disease)
    model = changes.pop("model", world.extra["champion"])
    expected = {"lv_endo": {"ed": dice + 0.01, "es": dice - 0.01}}
    output = {"predicted_dice": expected, **changes.pop("output", {})}
    segmented(world, case, model=model, output=output, **changes)
    return case


def seen(entropy: float, disagreement: float, *embedding: float) -> dict[str, Any]:
    return {
        "signals": {"entropy": entropy, "disagreement": disagreement, "embedding": [*embedding]}
    }


@pytest.fixture
def world(world: f.World) -> f.World:
    world.extra["champion"] = make_champion(world)
    return world


def asked(world: f.World, n: int = 10, person: Any = None) -> Any:
    path = f"projects/{world.slug}/cases/next/?n={n}"
    return f.Api(person or world.coordinator).get(path).json()


def locked(world: f.World, label: str, disease: str) -> None:
    case = f.make_case(world.project, label)
    Case.objects.filter(pk=case.pk).update(state=CaseState.LOCKED)
    CaseStratum.objects.create(case=case, disease=disease)


def test_the_poorest_draft_comes_first_and_what_can_not_be_said_is_counted(world: f.World) -> None:
    for label, dice in (("C-1", 0.9), ("C-2", 0.6), ("C-3", 0.8)):
        drafted(world, label, dice)
    f.make_case(world.project, "C-4")  # no draft
    found = asked(world)
    assert [row["label"] for row in found["rows"]] == ["C-2", "C-3", "C-1"]
    assert found["rows"][0]["expected_dice"] == pytest.approx(0.6)
    assert (found["rows"][0]["group"], found["rows"][0]["references"]) == ("unknown", 0)
    assert found["without_draft"] == 1
    assert [row["label"] for row in asked(world, 1)["rows"]] == ["C-2"]


def test_a_group_without_references_comes_before_a_poorer_draft(world: f.World) -> None:
    for i in range(3):
        locked(world, f"L-{i}", "infarct")
    drafted(world, "C-1", 0.80, "infarct")
    drafted(world, "C-2", 0.82, "dilated")
    drafted(world, "C-3", 0.95, "infarct")
    rows = asked(world)["rows"]
    # ranks 1, 0.5, 0 of the drafts; needs 0, 1, 0 of the groups
    assert [row["label"] for row in rows] == ["C-2", "C-1", "C-3"]
    assert [row["references"] for row in rows] == [0, 3, 3]


def test_drafts_of_other_models_and_cases_that_are_read_do_not_count(world: f.World) -> None:
    champion = world.extra["champion"]
    newest = drafted(world, "C-1", 0.7)
    drafted(world, "C-2", 0.2, model=None)
    reading = drafted(world, "C-3", 0.3)
    Case.objects.filter(pk=reading.pk).update(state=CaseState.READING)
    odd = f.make_case(world.project, "C-5")
    segmented(
        world, odd, model=champion, output={"predicted_dice": {"lv_endo": "high", "x": {"ed": 7}}}
    )
    segmented(world, newest, model=champion, output={"predicted_dice": {"lv_endo": {"ed": 0.4}}})
    found = asked(world)
    assert [(row["label"], row["expected_dice"]) for row in found["rows"]] == [("C-1", 0.4)]
    assert found["without_draft"] == 2


def test_what_the_model_doubts_and_what_is_unlike_the_references_comes_first(
    world: f.World,
) -> None:
    """Ranks of entropy, Dice and disagreement: C-1 0+0+0, C-2 1+½+1, C-3 ½+1+½. Far from the
    reference at (0, 0): C-1 1, C-2 ½, C-3 0, times 1.5. All of one group. Sums: 1.5, 3.25, 2. Then
    C-1 is the further of the two that are left, 1.5 against the 2 of the worse draft."""
    settled = drafted(world, "L-1", 0.9, output=seen(0.1, 0.1, 0, 0))
    Case.objects.filter(pk=settled.pk).update(state=CaseState.LOCKED)
    drafted(world, "C-1", 0.9, output=seen(0.1, 0.1, 5, 5))
    drafted(world, "C-2", 0.8, output=seen(0.3, 0.3, 2, 2))
    drafted(world, "C-3", 0.7, output=seen(0.2, 0.2, 1, 1))
    found = asked(world)
    assert [(row["label"], row["reason"]) for row in found["rows"]] == [
        ("C-2", "uncertainty"),
        ("C-3", "expected_dice"),
        ("C-1", "diversity"),
    ]
    assert found["weighed"] == [
        "uncertainty",
        "expected_dice",
        "disagreement",
        "diversity",
        "stratum",
    ]


@pytest.mark.parametrize(
    "signals",
    [
        None,
        "high",
        {"entropy": "much", "disagreement": True, "embedding": [1.0, None]},
        {"entropy": [1], "embedding": "near"},
    ],
)
def test_what_one_draft_does_not_say_is_weighed_for_none(world: f.World, signals: Any) -> None:
    drafted(world, "C-1", 0.9, output=seen(0.1, 0.1, 5, 5))
    drafted(world, "C-2", 0.8, output={"signals": signals})
    found = asked(world)
    assert found["weighed"] == ["expected_dice", "stratum"]
    assert [row["label"] for row in found["rows"]] == ["C-2", "C-1"]


def test_a_champion_without_a_rule_for_dice_is_compared_by_its_doubt(world: f.World) -> None:
    for label, entropy in (("C-1", 0.1), ("C-2", 0.4)):
        case = f.make_case(world.project, label)
        output = {"predicted_dice": None, **seen(entropy, 0.2, 1, 2)}
        segmented(world, case, model=world.extra["champion"], output=output)
    found = asked(world)
    assert [(row["label"], row["expected_dice"]) for row in found["rows"]] == [
        ("C-2", None),
        ("C-1", None),
    ]
    # nothing is settled, so that nothing can be unlike it
    assert found["weighed"] == ["uncertainty", "disagreement", "stratum"]


def test_nothing_waits(world: f.World) -> None:
    assert asked(world) == {"rows": [], "weighed": [], "without_draft": 0}


@pytest.mark.parametrize("n", ["0", "101", "many"])
def test_how_many_is_said_within_bounds(world: f.World, n: str) -> None:
    answer = f.Api(world.coordinator).get(f"projects/{world.slug}/cases/next/?n={n}")
    assert answer.status_code == 422, answer.content
    assert "n" in answer.json()["error"]["details"]


def test_readers_may_not_ask(world: f.World) -> None:
    assert f.Api(world.reader_a).get(f"projects/{world.slug}/cases/next/").status_code == 403
