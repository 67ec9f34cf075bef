"""A whole trial, everybody in a browser of their own: plan, blinded reads with a hidden second
reading after the washout, the AI as a reader, adjudication by rule, a meeting, signatures, and
statistics that an independent script finds again in the exported raw reads."""

import io
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import FAILED_STEP, SignIn, signed_in
from tests.browser.people import LONG_MS, NUMBER, ReadingRoom
from tests.browser.portal import Portal, serving
from tests.browser.trial import acting, cast
from tests.browser.trial.cast import MODEL, READERS, SLUG, WASHOUT_DAYS, P
from tests.browser.trial.hearts import HEARTS, Heart, twelve_hearts
from tests.browser.trial.pages import by_mouse, downloaded, draw_by_mouse, sign
from tests.browser.trial.pictures import picture
from tests.browser.trial.story import DISCORDANT, FAR_OFF, Trial, read_all
from tests.conftest import find_shared_data
from tests.independent.compare import COMPARISONS, rows_of, wrong_pairs, wrong_statistics

pytestmark = [pytest.mark.browser, pytest.mark.story]
ILLUSTRATED = "reader.a"
DRAFTS_S = 1200  # on a machine that does much else; a minute where it doesn't
MEETING = "Thursday conference"
DECIDED = "Blue: the papillary muscles belong to the cavity."
EXPORTS = {
    "pairs.csv": "CSV, one row per pair and measure",
    "pairs.parquet": "Parquet, the same rows",
    "raw.zip": "Raw reads of all cases: contours and answers (ZIP)",
}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """An installation of the trial's own, whose clock the test sets."""
    folder = tmp_path_factory.mktemp("trial")
    settings = "tests.browser.trial.shifted_clock"
    with serving(folder, "--no-seed", settings=settings, ACCORD_MODEL_SERVICE_URL="") as running:
        yield running


@pytest.fixture(scope="module")
def people(browser: Browser, portal: Portal) -> Iterator[SignIn]:
    yield from signed_in(browser, portal)


@pytest.fixture(autouse=True)
def _one_after_the_other(request: pytest.FixtureRequest) -> None:
    """A step needs those before it: the first that fails ends the story."""
    failed = request.session.stash.get(FAILED_STEP, "")
    if failed:
        pytest.fail(f"{failed} failed before this step")


@pytest.fixture(scope="module")
def hearts(portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Heart]:
    cast.bring_people(portal)
    found = twelve_hearts(tmp_path_factory.mktemp("hearts"), find_shared_data())
    return cast.bring_hearts(portal, found)


def test_the_owner_makes_a_protocol(people: SignIn, hearts: dict[str, Heart]) -> None:
    Trial.hearts = hearts
    assert len(hearts) == HEARTS
    cast.use_protocol(people("owner"))


def test_the_coordinator_asks_for_drafts_and_makes_the_plan(people: SignIn) -> None:
    cora = people("coordinator")
    cora.go(f"/p/{SLUG}/cases")
    cora.press(f"Pre-annotate {HEARTS} cases")
    expect(cora.page.get_by_text(f"{HEARTS} drafts queued.")).to_be_visible()
    cora.go(f"/p/{SLUG}/reading")
    cora.press("Plan assignments")
    cora.in_dialog("Show the plan")
    dialog = cora.page.get_by_role("dialog")
    expect(dialog.get_by_role("status")).to_have_text(
        "24 reads of 12 cases, and 4 hidden second readings."
    )
    picture(cora.page, "plan")
    cora.in_dialog("Assign as shown")
    expect(cora.page.get_by_text("24 reads assigned.")).to_be_visible()
    Trial.reads = acting.reads_of(cora)
    assert sum(row["duplicate"] for row in Trial.reads.values()) == len(READERS)


def test_each_reader_draws_and_answers_in_the_page(people: SignIn) -> None:
    begun: set[str] = set()
    for name in READERS:
        reader = people(name, "dark")
        waiting = acting.work_of(reader)
        assert len(waiting) == 6, "second readings aren't there yet"
        # of no case both reads yet: its comparison takes the AI's reading if that is there by then
        free = [r for r in waiting if Trial.reads[r]["case"] not in begun]
        read_id = next((r for r in free if Trial.heart(r).is_real), free[0])
        begun.add(Trial.reads[read_id]["case"])
        heart, by = Trial.heart(read_id), Trial.hand(name, read_id)
        cells = by_mouse(heart)
        acting.draw(reader, read_id, heart, by, leave=cells)
        reader.go("/")
        if name == ILLUSTRATED:
            picture(reader.page, "my-work")
        reader.page.locator(f"a[href='/read/{read_id}']").first.click()
        room = ReadingRoom(reader)
        room.wait_for_image()
        room.single()
        room.press("d")
        for structure, s, p in cells:
            draw_by_mouse(room, (structure, s, p), acting.outline(heart, (structure, s, p), by))
            stored = room.contour(read_id, structure)
            assert stored is not None
            assert len(stored["parts"]) == 1
            assert stored["origin"] == "manual"
        room.answer("assessable", "Yes")
        room.answer("quality", Trial.quality(read_id).capitalize())
        if Trial.quality(read_id) != "good":
            room.answer("artefact", "Breathing or motion")
        room.wait_saved()
        if name == ILLUSTRATED:
            picture(reader.page, "reading")
        reader.press("Submit read")
        if name == ILLUSTRATED:
            picture(reader.page, "submit")
        reader.in_dialog("Submit")
        expect(
            reader.page.get_by_text(f"{Trial.reads[read_id]['alias']} is submitted.")
        ).to_be_visible()
        assert read_id not in acting.work_of(reader)


def test_the_drafts_are_there_before_the_last_reads(people: SignIn) -> None:
    cora = people("coordinator")
    cora.go(f"/p/{SLUG}/jobs")
    deadline = time.monotonic() + DRAFTS_S
    while True:
        jobs = cora.get(f"{P}/jobs/?page_size=100")["results"]
        states = Counter(job["state"] for job in jobs if job["kind"] == "segment")
        if states["succeeded"] == HEARTS:
            break
        assert time.monotonic() < deadline, states
        assert not states["failed"], jobs
        cora.page.wait_for_timeout(1000)


def test_the_others_are_read_and_cases_open_by_the_rules(people: SignIn) -> None:
    for name in READERS:
        read_all(people(name, "dark"), name)
    cora = people("coordinator")
    cora.go(f"/p/{SLUG}/reading")
    picture(cora.page, "progress")
    cases = cora.get(f"{P}/cases/?page_size=200")["results"]
    states = {case["label"]: case["state"] for case in cases}
    assert set(states.values()) <= {"agreed", "adjudicating"}, states
    assert all(states[label] == "adjudicating" for label in (*FAR_OFF, *DISCORDANT)), states


def test_second_readings_come_up_after_the_washout(people: SignIn, portal: Portal) -> None:
    second = {key: row for key, row in Trial.reads.items() if row["duplicate"]}
    for days, count in ((WASHOUT_DAYS - 0.5, 0), (WASHOUT_DAYS + 0.5, 1)):
        cast.days_later(portal.data, days)
        for name in READERS:
            waiting = acting.work_of(people(name, "dark"))
            assert len(waiting) == count
            assert set(waiting) <= second.keys()
    for name in READERS:
        reader = people(name, "dark")
        (read_id,) = acting.work_of(reader)
        first = next(
            row["id"]
            for row in Trial.reads.values()
            if not row["duplicate"]
            and (row["case"], row["reader"]) == (second[read_id]["case"], second[read_id]["reader"])
        )
        reader.go("/")
        expect(reader.page.get_by_text(second[read_id]["alias"]).first).to_be_visible()
        assert Trial.reads[first]["alias"] not in reader.page.locator("body").inner_text()
        assert reader.page.request.get(f"/api/v1/reads/{first}/annotations/").status == 404
        read_all(reader, name)


def test_the_adjudicator_settles_a_case_in_the_page(people: SignIn) -> None:
    anna = people("adjudicator", "dark")
    label = FAR_OFF[0]
    anna.go(f"/p/{SLUG}/adjudications")
    expect(anna.page.get_by_text(label).first).to_be_visible()
    picture(anna.page, "adjudications")
    anna.page.get_by_role("link", name=label).first.click()
    anna.press("Begin to settle")
    room = ReadingRoom(anna)
    room.wait_for_image()
    body = anna.page.locator("body").inner_text()
    assert not any(shown.split()[0] in body for shown in READERS.values())
    assert MODEL not in body
    expect(anna.page.get_by_text("readers masked")).to_be_visible()
    anna.page.get_by_role("button", name=re.compile("LV endocardium, slice")).first.click()
    picture(anna.page, "desk")
    anna.press("Majority of all")
    expect(anna.page.get_by_test_id("ef")).to_have_text(NUMBER)
    anna.page.keyboard.press("Shift+Digit1")  # this cell as Blue drew it
    expect(anna.page.get_by_test_id("decide").locator("b")).to_have_text("Blue")
    room.answer("assessable", "Yes")
    room.answer("quality", "Good")
    room.wait_saved()
    sign(anna)


def test_three_people_meet_and_decide(people: SignIn) -> None:
    chair = people("adjudicator", "dark")
    others = [people(name, "dark") for name in ("reader.a", "reader.b")]
    rita, ravi = others
    label = FAR_OFF[1]
    chair.go(f"/p/{SLUG}/meetings")
    chair.press("Plan a meeting")
    chair.page.get_by_label("Title").fill(MEETING)
    chair.in_dialog("Plan")
    expect(chair.page.get_by_role("heading", name=MEETING)).to_be_visible()
    for name in (re.compile(f"^{label}: the reads"), "Rita Reader", "Ravi Reader"):
        box = chair.page.get_by_label(name).first
        box.click()  # checked once the server has said so
        expect(box).to_be_checked()
        expect(box).to_be_enabled()
    picture(chair.page, "meeting-planned")
    address = chair.page.url
    for reader in others:
        reader.go(address)
        expect(reader.page.get_by_text("The meeting opens here")).to_be_visible()
    chair.press("Begin the meeting")
    chair.page.get_by_role("navigation", name="Agenda").get_by_role("button").first.click()
    for person in (chair, *others):
        expect(person.page.get_by_test_id("viewport")).to_be_visible()
        expect(person.page.get_by_text("Here: 3 of 3")).to_be_visible()
    for _ in range(4):  # to end-diastole, where the readers drew
        chair.page.keyboard.press("ArrowRight")
    expect(rita.page.get_by_test_id("viewport")).to_have_attribute(
        "data-phase", "4" if Trial.hearts[label].is_real else "0"
    )
    rita.page.get_by_label("Say something").fill("Orange has the papillary muscles in the wall.")
    rita.press("Send")
    expect(ravi.page.get_by_role("log")).to_contain_text("papillary muscles")
    chair.press("Open the vote")
    for voter in others:
        vote = voter.page.get_by_role("region", name="Vote")
        vote.get_by_text("Blue", exact=True).click()
        vote.get_by_role("button", name="Vote", exact=True).click()
    expect(chair.page.get_by_text(re.compile("^2 voted"))).to_be_visible()
    picture(rita.page, "meeting-vote")
    chair.press("Show the votes")
    expect(ravi.page.get_by_text("Rita Reader at first: Blue")).to_be_visible()
    decision = chair.page.get_by_role("region", name="Decision")
    decision.get_by_text("Blue", exact=True).click()
    decision.get_by_label("What was decided").fill(DECIDED)
    decision.get_by_role("button", name="Record the decision").click()
    expect(rita.page.get_by_text(DECIDED).first).to_be_visible()
    picture(chair.page, "meeting-room")
    chair.press("Close the meeting")
    expect(rita.page.get_by_text("Absent: nobody.")).to_be_visible()
    expect(rita.page.get_by_role("heading", name="Decisions")).to_be_visible()
    picture(rita.page, "meeting-closed")


def test_the_decision_stands_where_the_case_is_signed(people: SignIn) -> None:
    anna = people("adjudicator", "dark")
    open_cases = anna.get(f"{P}/adjudications/?state=open&page_size=100")["results"]
    assert len(open_cases) == HEARTS - 1
    found = next(row for row in open_cases if row["case"]["label"] == FAR_OFF[1])
    anna.go(f"/adjudicate/{found['id']}")
    anna.press("Begin to settle")
    ReadingRoom(anna).wait_for_image()
    expect(anna.page.get_by_text(DECIDED)).to_be_visible()
    picture(anna.page, "desk-decided")
    anna.press("Take all of Blue")
    expect(anna.page.get_by_test_id("ef")).to_have_text(NUMBER)
    room = ReadingRoom(anna)
    room.answer("assessable", "Yes")
    room.answer("quality", "Good")
    room.wait_saved()
    sign(anna)
    for row in open_cases:
        if row["id"] != found["id"]:
            acting.settle(anna, row["id"])
    cases = people("coordinator").get(f"{P}/cases/?page_size=200")["results"]
    assert {case["state"] for case in cases} == {"locked"}


def test_statistics_are_looked_at_and_equal_an_independent_script(
    people: SignIn, tmp_path: Path
) -> None:
    cora = people("coordinator")
    cora.go(f"/p/{SLUG}/agreement")
    expect(cora.page.get_by_role("row", name=re.compile("^EDV"))).to_be_visible(timeout=LONG_MS)
    picture(cora.page, "agreement")
    cora.go(f"/p/{SLUG}/agreement?tab=contours")
    expect(cora.page.get_by_role("row", name=re.compile("^LV endocardium")).first).to_be_visible()
    picture(cora.page, "agreement-contours")
    files = {name: downloaded(cora, entry, tmp_path / name) for name, entry in EXPORTS.items()}
    raw = files["raw.zip"].read_bytes()
    answers, rows = {}, []
    for comparison in COMPARISONS:
        answers[comparison] = cora.get(f"{P}/agreement/statistics/?comparison={comparison}")
        path = f"{P}/agreement/export/?comparison={comparison}&as=csv"
        rows += rows_of(cora.page.request.get(path).text())
    counts = {comparison: answer["n_pairs"] for comparison, answer in answers.items()}
    assert counts == {"inter": 12, "intra": 4, "ai": 24, "reference": 24, "ai_reference": 12}
    assert all(answer["pending"] == 0 for answer in answers.values())
    assert wrong_pairs(io.BytesIO(raw), rows) == []
    assert wrong_statistics(io.BytesIO(raw), answers) == []
    # the files of the menu hold what the address gives
    assert rows_of(files["pairs.csv"].read_text()) == [
        r for r in rows if r["comparison"] == "inter"
    ]
    table = parquet.read_table(files["pairs.parquet"]).to_pylist()
    assert wrong_pairs(io.BytesIO(raw), table) == []
