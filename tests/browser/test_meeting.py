"""One consensus meeting, three people at once: the chair leads, readers follow, vote, decide."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn
from tests.browser.people import Person

pytestmark = pytest.mark.browser
TITLE = "Thursday conference"


def planned(chair: Person) -> str:
    """The page of a meeting about the demo's case that its readers disagree on."""
    chair.go("/p/demo/meetings")
    chair.press("Plan a meeting")
    chair.page.get_by_label("Title").fill(TITLE)
    chair.in_dialog("Plan")
    expect(chair.page.get_by_role("heading", name=TITLE)).to_be_visible()
    case = chair.page.get_by_label(re.compile("the reads differ")).first
    case.click()  # checked once the server has said so
    expect(case).to_be_checked()
    for reader in ("Rita Reader", "Ravi Reader"):
        chair.page.get_by_label(reader).click()
        expect(chair.page.get_by_label(reader)).to_be_checked()
        expect(chair.page.get_by_label(reader)).to_be_enabled()
    return chair.page.url


def place(person: Person) -> tuple[str | None, str | None]:
    view = person.page.get_by_test_id("viewport")
    return view.get_attribute("data-slice"), view.get_attribute("data-phase")


def follows(person: Person, chair: Person) -> None:
    """Until both look at the same slice and phase."""
    there = place(chair)
    view = person.page.get_by_test_id("viewport")
    expect(view).to_have_attribute("data-slice", str(there[0]))
    expect(view).to_have_attribute("data-phase", str(there[1]))


def test_three_people_meet_and_decide(people: SignIn, shot: Callable[[Page, str], None]) -> None:
    chair, rita = people("adjudicator"), people("reader.a")
    ravi = people("reader.b")
    address = planned(chair)
    shot(chair.page, "meeting-planned")
    for reader in (rita, ravi):
        reader.go(address)
        expect(reader.page.get_by_text("The meeting opens here")).to_be_visible()
    chair.press("Begin the meeting")
    expect(rita.page.get_by_text("No case is on the table")).to_be_visible()
    chair.page.get_by_role("navigation", name="Agenda").get_by_role("button").first.click()
    for person in (chair, rita, ravi):
        expect(person.page.get_by_test_id("viewport")).to_be_visible()
        expect(person.page.get_by_text("Here: 3 of 3")).to_be_visible()

    chair.page.keyboard.press("ArrowDown")
    chair.page.keyboard.press("ArrowRight")
    follows(rita, chair)
    follows(ravi, chair)
    ravi.page.keyboard.press("ArrowUp")  # looks for himself
    expect(ravi.page.get_by_text("looking for yourself")).to_be_visible()
    before = place(ravi)
    chair.page.keyboard.press("ArrowDown")
    follows(rita, chair)
    assert place(ravi) == before
    ravi.page.keyboard.press("f")
    follows(ravi, chair)

    rita.page.get_by_label("Say something").fill("The base lies one slice lower.")
    rita.press("Send")
    expect(ravi.page.get_by_role("log")).to_contain_text("one slice lower")

    chair.press("Open the vote")
    for voter, reading in ((rita, "Blue"), (ravi, "Orange")):
        vote = voter.page.get_by_role("region", name="Vote")
        vote.get_by_text(reading, exact=True).click()
        vote.get_by_role("button", name="Vote", exact=True).click()
    expect(chair.page.get_by_text(re.compile("^2 voted"))).to_be_visible()
    assert "Rita Reader: Blue" not in ravi.page.get_by_role("region", name="Vote").inner_text()
    chair.press("Show the votes")
    expect(ravi.page.get_by_text("Rita Reader at first: Blue")).to_be_visible()

    ravi.page.context.set_offline(True)
    decision = chair.page.get_by_role("region", name="Decision")
    decision.get_by_text("Blue", exact=True).click()
    decision.get_by_label("What was decided").fill("Blue, with the base one slice lower.")
    decision.get_by_role("button", name="Record the decision").click()
    expect(rita.page.get_by_text("Blue, with the base one slice lower.").first).to_be_visible()
    shot(chair.page, "meeting-room")
    shot(rita.page, "meeting-room-reader")
    ravi.page.context.set_offline(False)
    ravi.page.reload()
    expect(ravi.page.get_by_text("Blue, with the base one slice lower.").first).to_be_visible()

    chair.press("Close the meeting")
    expect(rita.page.get_by_text("Absent: nobody.")).to_be_visible()
    expect(rita.page.get_by_role("heading", name="Decisions")).to_be_visible()
    shot(rita.page, "meeting-closed")
