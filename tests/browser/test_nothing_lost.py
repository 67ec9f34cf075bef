"""No accepted stroke is lost: seeded runs that kill windows and browsers in the middle of a stroke,
cut the network, end the session, open a read twice and change it from two computers."""

import os
import random
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.portal import PASSWORD
from tests.browser.strokes import STRUCTURES, Circle, Desk, Ledger, Place, Seat

LONG = bool(os.environ.get("ACCORD_LONG"))
RUNS = 50 if LONG else 6
OFFLINE_S = 30.0 if LONG else 1.5
pytestmark = [pytest.mark.browser, *([pytest.mark.long] if LONG else [])]


class Run:
    """Some strokes on a few contours, and one thing going wrong among them."""

    def __init__(self, seat: Seat, read_id: str, seed: int) -> None:
        self.seat, self.rng = seat, random.Random(seed)
        self.desk = seat("desk")
        self.desk.open(read_id)
        stored = self.desk.stored()
        self.ledger = Ledger({place: row["version"] for place, row in stored.items()})
        phase = seed % 20
        slices = self.rng.sample(range(1, 9), 2)
        self.places: list[Place] = [(s, i, phase) for s in STRUCTURES[:2] for i in slices]

    def circle(self) -> Circle:
        rng = self.rng
        return Circle(rng.uniform(55, 73), rng.uniform(55, 73), rng.uniform(8, 24))

    def stroke(self, desk: Desk | None = None, place: Place | None = None) -> None:
        place = place or self.rng.choice(self.places)
        circle = self.circle()
        (desk or self.desk).draw(place, circle)
        self.ledger.accepted(place, circle)

    def strokes(self, most: int = 3) -> None:
        for _ in range(self.rng.randint(1, most)):
            self.stroke()

    def half_a_stroke(self) -> None:
        self.desk.draw(self.rng.choice(self.places), self.circle(), until=self.rng.randint(4, 24))

    def finish(self) -> None:
        self.desk.wait_saved()
        self.ledger.check(self.desk.stored())


def killed(run: Run, how: str) -> None:
    run.strokes()
    run.half_a_stroke()
    run.desk.kill_window(how)


def offline(run: Run) -> None:
    """Strokes without a network; sometimes the window dies before it is back."""
    sign = run.desk.page.get_by_test_id("saved")
    run.desk.context.set_offline(True)
    run.strokes()
    expect(sign).to_contain_text("offline")
    run.desk.page.wait_for_timeout(1000 * OFFLINE_S)
    expect(sign).to_have_attribute("data-state", "offline")
    if run.rng.random() < 0.5:
        run.half_a_stroke()
        run.desk.page.close()
        run.desk.context.set_offline(False)
        run.desk.person.page = run.desk.context.new_page()
        run.desk.open(run.desk.read_id)
    run.desk.context.set_offline(False)


def session_ended(run: Run) -> None:
    """From another computer, in the middle of the work; signing in again where one is."""
    run.strokes()
    elsewhere = run.seat("elsewhere").person
    run.desk.wait_saved()
    sessions = run.desk.person.get("/api/v1/sessions/")
    here = next(row["id"] for row in sessions if row["is_current"])
    token = {c["name"]: c["value"] for c in elsewhere.page.context.cookies()}["csrftoken"]
    headers = {"X-CSRFToken": token, "Referer": elsewhere.page.url}
    assert elsewhere.page.request.delete(f"/api/v1/sessions/{here}/", headers=headers).ok
    run.stroke()
    dialog = run.desk.page.get_by_role("dialog", name="Sign in again")
    expect(run.desk.page.get_by_test_id("saved")).to_contain_text("signed out: 1 kept")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)


def two_windows(run: Run) -> None:
    """The same read twice in one browser, in turn on the same contours."""
    other = run.desk.second_window()
    place = run.places[0]
    for _ in range(run.rng.randint(2, 4)):
        for desk in run.rng.sample([run.desk, other], 2):
            desk.page.bring_to_front()
            run.stroke(desk, place)
    if run.rng.random() < 0.5:
        other.page.close()
    else:
        other.wait_saved()
        other.page.close()
    run.desk.page.bring_to_front()


def two_computers(run: Run) -> None:
    """Strokes made offline meet one that was stored elsewhere: both are shown, one is chosen."""
    place = run.places[0]
    other = run.seat("other")
    other.open(run.desk.read_id)
    run.desk.context.set_offline(True)
    mine = run.circle()
    run.desk.draw(place, run.circle())
    run.desk.draw(place, mine)
    run.stroke(other, place)
    other.wait_saved()
    run.desk.context.set_offline(False)
    card = run.desk.page.get_by_test_id("conflict")
    expect(card).to_have_count(1)
    expect(card).to_contain_text(re.compile(r"mine \d+ mm².* stored \d+ mm²", re.S))
    expect(run.desk.page.get_by_test_id("saved")).to_have_text("1 conflict to settle")
    if run.rng.random() < 0.5:
        run.desk.kill_window("close")  # a conflict outlives the window
        card = run.desk.page.get_by_test_id("conflict")
        expect(card).to_have_count(1)
    use_mine = run.rng.random() < 0.5
    button = card.get_by_role("button", name="Use mine" if use_mine else "Keep what is stored")
    button.focus()
    run.desk.page.keyboard.press("Enter")
    if use_mine:
        run.ledger.accepted(place, mine)
    expect(run.desk.page.get_by_test_id("conflict")).to_have_count(0)


FAULTS: dict[str, Callable[[Run], None]] = {
    "window": lambda run: killed(run, run.rng.choice(("close", "crash"))),
    "offline": offline,
    "session": session_ended,
    "two windows": two_windows,
    "two computers": two_computers,
    "browser": lambda run: killed(run, "browser"),
}
NAMES = list(FAULTS)


@pytest.mark.parametrize("seed", range(RUNS))
def test_no_accepted_stroke_is_lost(seat: Seat, assigned_read: str, seed: int) -> None:
    run = Run(seat, assigned_read, seed)
    run.strokes()
    FAULTS[NAMES[seed % len(NAMES)]](run)
    run.strokes()
    run.finish()
