"""The checklists as files: as many items as were published, each answered by something that is."""

import pytest

from cmrkit.gate import DEFAULT
from portal.core.errors import NotFound
from portal.modelhub.card.spoken import RULES, rules_text
from portal.modelhub.checklists import all_checklists, checklist_named
from portal.modelhub.checklists.answers import ANSWERS

# code -> (rows, distinct item numbers without their letter), as the publications state them
PUBLISHED = {
    "claim-2024": (44, 44),
    "tripod-ai": (52, 27),
    "stard-ai": (48, 40),
    "decide-ai": (27, 27),  # 17 of its own and 10 generic ones
}


@pytest.mark.parametrize("code", PUBLISHED)
def test_it_has_as_many_items_as_were_published(code: str) -> None:
    listed = checklist_named(code)
    numbers = [item.number for item in listed.items]
    assert len(numbers) == len(set(numbers)) == listed.n_items
    assert (len(numbers), len({n.rstrip("abcdefg") for n in numbers})) == PUBLISHED[code]


def test_numbers_run_without_a_gap() -> None:
    for listed in all_checklists():
        plain = [int(n) for i in listed.items if (n := i.number.rstrip("abcdefg")).isdecimal()]
        assert plain == sorted(plain), listed.code
        assert set(plain) == set(range(1, max(plain) + 1)), listed.code
    generic = [i.number for i in checklist_named("decide-ai").items if not i.number.isdecimal()]
    assert generic == ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]


def test_every_record_has_an_answer_and_every_answer_a_use() -> None:
    named = {item.record for listed in all_checklists() for item in listed.items if item.record}
    assert named == set(ANSWERS)


def test_an_unverified_list_says_so() -> None:
    for listed in all_checklists():
        assert ("[unverified]" in listed.checked) is not listed.verified
        assert all(item.topic and item.ask.endswith(".") for item in listed.items)
        assert not [item.number for item in listed.items if item.rest and not item.record]


def test_an_unknown_list_is_not_found() -> None:
    with pytest.raises(NotFound):
        checklist_named("../data/claim-2024")


def test_every_rule_of_the_gate_has_words() -> None:
    assert set(RULES) | {"by_interval"} == set(DEFAULT.to_json())
    text = rules_text({"min_cases": 4, "by_interval": True, "made_up": 1})
    assert text == (
        "at least 4 test cases; made_up: 1; "
        "margins hold for the unfavourable end of the 95 % interval, those of the worst case and "
        "of groups for the difference that was seen"
    )
