"""The whole loop on a real heart, through the screen alone: import, blinded reads, adjudication,
signature, dataset, training, gate, promotion, and the next draft."""

import io
import math
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import FAILED_STEP
from tests.browser.people import LONG_MS, NUMBER, Person, ReadingRoom
from tests.browser.portal import PASSWORD, Portal

pytestmark = [pytest.mark.browser, pytest.mark.story]
Shot = Callable[[Page, str], None]
SignIn = Callable[..., Person]


class Story:
    """What one step leaves for the next."""

    case_label = ""
    case_path = ""
    read_ids: dict[str, str] = {}
    model_paths: dict[str, str] = {}


@pytest.fixture(autouse=True)
def _one_after_the_other(request: pytest.FixtureRequest) -> None:
    """A step needs those before it: the first that fails ends the story."""
    failed = request.session.stash.get(FAILED_STEP, "")
    if failed:
        pytest.fail(f"{failed} failed before this step")


def test_the_coordinator_imports_a_folder(people: SignIn, study_folder: Path, shot: Shot) -> None:
    cora = people("coordinator")
    cora.go("/p/demo/imports")
    shot(cora.page, "01-import-empty")
    cora.page.get_by_test_id("folder").set_input_files(study_folder)
    expect(cora.page.get_by_text(re.compile(r"\d+ of \d+ files, .* sent"))).to_be_visible()
    cora.page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"), timeout=LONG_MS)
    expect(cora.page.get_by_text(re.compile("Cine SAX"))).to_be_visible()
    shot(cora.page, "02-import-done")
    files = len(list(study_folder.rglob("*.dcm")))
    expect(cora.page.get_by_text(re.compile(f"{files} stored, 0 known already"))).to_be_visible()
    cora.go("/p/demo/cases?state=ready")
    row = cora.page.get_by_role("row").filter(has_not_text="phantom").nth(1)
    link = row.get_by_role("link").first
    Story.case_label, Story.case_path = link.inner_text(), str(link.get_attribute("href"))


def test_the_same_folder_again_stores_nothing(people: SignIn, study_folder: Path) -> None:
    cora = people("coordinator")
    cora.go("/p/demo/imports")
    cora.page.get_by_test_id("folder").set_input_files(study_folder)
    cora.page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}"), timeout=LONG_MS)
    expect(cora.page.get_by_text(re.compile(r"\b0 stored, \d+ known already"))).to_be_visible()


def test_the_coordinator_assigns_two_readers(people: SignIn, shot: Shot) -> None:
    cora = people("coordinator")
    cora.go(Story.case_path)
    cora.press("Assign")
    dialog = cora.page.get_by_role("dialog")
    dialog.get_by_label("Rita Reader").check()
    dialog.get_by_label("Ravi Reader").check()
    shot(cora.page, "03-assign")
    cora.in_dialog("Assign")
    expect(cora.page.get_by_text("2 reads assigned.")).to_be_visible()
    expect(cora.page.get_by_text(re.compile("Shown once all reads"))).to_be_visible()
    shot(cora.page, "04-case-assigned")


def test_reader_a_looks_and_asks_for_a_draft(people: SignIn, shot: Shot) -> None:
    rita = people("reader.a", "dark")
    rita.open_read_from_work(people("coordinator"), Story.case_label)
    room = ReadingRoom(rita)
    room.wait_for_image()
    Story.read_ids["a"] = rita.page.url.rsplit("/", 1)[1]
    slice_index, phase = room.place()
    room.press("ArrowDown")
    room.press("ArrowRight")
    assert room.place() == (slice_index + 1, phase + 1)
    room.viewport.hover()
    rita.page.mouse.wheel(0, -100)
    expect(room.viewport).to_have_attribute("data-slice", str(slice_index))
    expect(rita.page.get_by_test_id("caption")).not_to_contain_text("loading", timeout=60_000)
    room.press(" ")
    seen = {room.place()[1] for _ in range(40) if not rita.page.wait_for_timeout(40)}
    room.press(" ")
    assert len(seen) > 8, "the heart beats"
    shot(rita.page, "05-reading-room-empty")
    room.preannotate()
    expect(rita.page.get_by_text(re.compile("drafted by cine-sax-undertrained"))).to_be_visible()
    expect(rita.page.get_by_text("demonstration model")).to_be_visible()
    assert rita.number("edv") > rita.number("esv") > 0
    assert rita.number("mass") > 0
    shot(rita.page, "06-draft")


def test_a_drag_changes_the_number_and_is_kept(people: SignIn, shot: Shot) -> None:
    rita = people("reader.a", "dark")
    room, read_id = ReadingRoom(rita), Story.read_ids["a"]
    room.press("e")
    before_ml = rita.number("edv")
    was = room.contour(read_id, "lv_endo")
    assert was is not None
    point = max(was["parts"][0], key=lambda p: p[0])
    room.drag(point, (40, 0))
    room.wait_saved()
    after_ml = rita.number("edv")
    assert after_ml > before_ml, "the cavity grew"
    now = room.contour(read_id, "lv_endo")
    assert now is not None
    assert now["state"] == "edited"
    assert now["origin"] == "ai"
    shot(rita.page, "07-edited")
    rita.page.reload()
    room.wait_for_image()
    room.press("e")
    expect(rita.page.get_by_test_id("edv")).to_contain_text(f"{after_ml:.1f}")


def test_a_tab_killed_without_a_connection_loses_nothing(people: SignIn, shot: Shot) -> None:
    rita = people("reader.a", "dark")
    room, read_id = ReadingRoom(rita), Story.read_ids["a"]
    held = room.contour(read_id, "lv_endo")
    assert held is not None
    context = rita.page.context
    context.set_offline(True)
    room.drag(min(held["parts"][0], key=lambda p: p[0]), (-30, 0))
    expect(rita.page.get_by_test_id("saved")).to_contain_text("offline")
    shot(rita.page, "08-offline")
    edv_ml = rita.number("edv")
    rita.page.close()
    context.set_offline(False)
    rita.page = context.new_page()
    rita.go(f"/read/{read_id}")
    room = ReadingRoom(rita)
    room.wait_for_image()
    room.wait_saved()
    assert math.isclose(rita.number("edv"), edv_ml, abs_tol=0.11)
    room.press("e")
    kept = room.contour(read_id, "lv_endo")
    assert kept is not None
    assert kept["version"] == held["version"] + 1


def test_reader_a_submits(people: SignIn, shot: Shot) -> None:
    rita = people("reader.a", "dark")
    room = ReadingRoom(rita)
    rita.press("Submit read")
    expect(rita.page.get_by_text(re.compile("Accept or edit the contours"))).to_be_visible()
    room.accept_ed_and_es()
    room.answer("assessable", "Yes")
    room.answer("class", "Dilated")
    room.press("b")
    rita.page.wait_for_timeout(500)
    shot(rita.page, "09-ed-es")
    room.submit()
    shot(rita.page, "10-submitted")


def test_reader_b_sees_nothing_of_it_and_differs(people: SignIn, shot: Shot) -> None:
    ravi = people("reader.b", "dark")
    ravi.open_read_from_work(people("coordinator"), Story.case_label)
    room = ReadingRoom(ravi)
    room.wait_for_image()
    read_id = Story.read_ids["b"] = ravi.page.url.rsplit("/", 1)[1]
    expect(ravi.page.get_by_test_id("ef")).to_have_text(NUMBER)
    ravi_text = ravi.page.locator("body").inner_text()
    assert "Rita" not in ravi_text
    assert ravi.page.request.get(f"/api/v1/reads/{Story.read_ids['a']}/").status == 404
    assert all(
        row["state"] == "auto"
        for row in ravi.get(f"/api/v1/reads/{read_id}/annotations/")["annotations"]
    )
    for key in ("e", "s"):
        room.press(key)
        for slice_index in range(3, 6):
            room.go(slice_index, room.place()[1])
            held = room.contour(read_id, "lv_endo")
            if held is None or not held["parts"]:
                continue
            x = sum(p[0] for p in held["parts"][0]) / len(held["parts"][0])
            point = max(held["parts"][0], key=lambda p: p[0])
            room.drag(point, (-0.4 * (point[0] - x) * 3, 0))
            room.wait_saved()
    room.accept_ed_and_es()
    room.answer("assessable", "Yes")
    room.answer("class", "Normal")
    room.wait_saved()
    shot(ravi.page, "11-reader-b")
    room.submit()


def test_the_coordinator_sees_the_agreement(people: SignIn, shot: Shot) -> None:
    cora = people("coordinator")
    cora.go(Story.case_path)
    expect(cora.page.get_by_text("adjudicating").first).to_be_visible()
    expect(cora.page.get_by_text(re.compile("Class differs"))).to_be_visible()
    expect(cora.page.get_by_role("row", name=re.compile("^EDV"))).to_be_visible()
    expect(cora.page.get_by_role("row", name=re.compile("^LV endocardium"))).to_be_visible()
    shot(cora.page, "12-agreement")


def test_the_adjudicator_settles_and_signs(people: SignIn, shot: Shot) -> None:
    anna = people("adjudicator", "dark")
    anna.open_from_work(Story.case_label)
    shot(anna.page, "13-begin-to-settle")
    anna.press("Begin to settle")
    room = ReadingRoom(anna)
    room.wait_for_image()
    body = anna.page.locator("body").inner_text()
    assert "Rita" not in body
    assert "Ravi" not in body
    anna.page.get_by_role("button", name=re.compile("LV endocardium, slice")).first.click()
    anna.page.wait_for_timeout(300)
    shot(anna.page, "14-overlay")
    anna.press("Take all of Blue")
    expect(anna.page.get_by_test_id("ef")).to_have_text(NUMBER)
    edv = anna.page.get_by_test_id("edv")
    blue = edv.inner_text()
    room.press("o")  # in the reference it is a tool's size
    room.press("]")
    expect(edv).not_to_have_text(blue)
    room.press("m")
    room.accept_ed_and_es()  # taking one frame may have moved ED
    room.answer("class", "Dilated")
    room.wait_saved()
    shot(anna.page, "15-reference")
    anna.press("Sign and lock")
    dialog = anna.page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill("not my password")
    anna.in_dialog("Sign and lock")
    expect(dialog.get_by_text(re.compile("password", re.I)).last).to_be_visible()
    dialog.get_by_label("Your password").fill(PASSWORD)
    shot(anna.page, "16-sign")
    anna.in_dialog("Sign and lock")
    expect(anna.page.get_by_text("signed and locked", exact=True)).to_be_visible()
    link = anna.page.get_by_role("link", name="Signed summary (PDF)")
    answer = anna.page.request.get(str(link.get_attribute("href")))
    assert answer.body().startswith(b"%PDF")


def test_the_scientist_freezes_and_exports_a_dataset(people: SignIn, shot: Shot) -> None:
    dora = people("scientist")
    dora.go("/p/demo/datasets")
    dora.press("Freeze a dataset version")
    dialog = dora.page.get_by_role("dialog")
    expect(dialog.get_by_text("6 locked cases can go in.", exact=False)).to_be_visible()
    dialog.get_by_label("Name").fill("cine")
    shot(dora.page, "17-freeze")
    dora.in_dialog("Freeze")
    expect(dora.page.get_by_role("heading", name=re.compile("cine"))).to_be_visible()
    dora.press("Export")
    download = dora.page.get_by_role("link", name="Download")
    expect(download).to_be_visible(timeout=LONG_MS)
    shot(dora.page, "18-dataset")
    with dora.page.expect_download() as waiting:
        download.click()
    archive = zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    names = archive.namelist()
    assert any(n.endswith(".dcm") for n in names)
    assert any(n.endswith("dataset.json") for n in names)
    assert any(n.endswith(".nii.gz") for n in names)


def _train(dora: Person, *, steps: int, rate: float, shot: Shot, name: str) -> str:
    """Train on the dataset; the path of the challenger."""
    dora.go("/p/demo/datasets")
    dora.page.get_by_role("link", name=re.compile("^cine")).first.click()
    dora.press("Train a model")
    dialog = dora.page.get_by_role("dialog")
    dialog.get_by_label("Steps").fill(str(steps))
    dialog.get_by_label("Learning rate").fill(str(rate))
    dora.in_dialog("Start training")
    expect(dora.page.get_by_test_id("training-points")).to_be_visible(timeout=LONG_MS)
    challenger = dora.page.get_by_role("link", name="Open the challenger")
    expect(challenger).to_be_visible(timeout=4 * LONG_MS)
    shot(dora.page, name)
    challenger.click()
    dora.page.wait_for_url(re.compile("/models/"))
    return dora.page.url


def _evaluate(dora: Person) -> None:
    dora.press("Evaluate")
    expect(dora.page.get_by_role("table", name="Gate")).to_be_visible(timeout=LONG_MS)


def test_a_planted_bad_challenger_is_refused_by_the_gate(people: SignIn, shot: Shot) -> None:
    dora = people("scientist")
    Story.model_paths["bad"] = _train(dora, steps=6, rate=0.1, shot=shot, name="19-training-bad")
    _evaluate(dora)
    expect(dora.page.get_by_text("not passed").first).to_be_visible()
    expect(dora.button("Propose as champion")).to_have_count(0)
    shot(dora.page, "20-gate-refused")


def test_an_honest_challenger_passes_and_is_proposed(people: SignIn, shot: Shot) -> None:
    dora = people("scientist")
    Story.model_paths["good"] = _train(dora, steps=80, rate=0.001, shot=shot, name="21-training")
    _evaluate(dora)
    shot(dora.page, "22-gate-passed")
    dora.press("Propose as champion")
    dialog = dora.page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("Better on all structures of the phantom test set.")
    dora.in_dialog("Propose")
    expect(dora.page.get_by_text("waits for a second person").first).to_be_visible()
    expect(dora.button("Approve")).to_have_count(0)


def test_quality_approves_it(people: SignIn, shot: Shot) -> None:
    quinn = people("quality")
    quinn.go("/")
    shot(quinn.page, "23-quality-work")
    quinn.go(Story.model_paths["good"])
    quinn.press("Approve")
    quinn.page.get_by_role("dialog").get_by_label("Your password").fill(PASSWORD)
    shot(quinn.page, "24-approve")
    quinn.in_dialog("Approve and sign")
    expect(quinn.page.get_by_text(re.compile("is the champion now"))).to_be_visible()


def test_the_next_draft_says_that_it_is_the_new_champions(people: SignIn, shot: Shot) -> None:
    rita = people("reader.a", "dark")
    rita.open_read_from_work(people("coordinator"), "C0008")
    room = ReadingRoom(rita)
    room.wait_for_image()
    room.preannotate()
    expect(rita.page.get_by_text(re.compile("drafted by demo-sax"))).to_be_visible()
    expect(rita.page.get_by_text("demonstration model")).to_have_count(0)
    shot(rita.page, "25-new-champion")


def test_quality_finds_every_step_in_the_audit_trail(
    people: SignIn, portal: Portal, shot: Shot
) -> None:
    quinn = people("quality")
    quinn.go("/p/demo/audit")
    quinn.press("Verify the chain")
    expect(quinn.page.get_by_test_id("verification")).to_contain_text("The chain is whole")
    shot(quinn.page, "26-audit")
    rows: list[dict[str, Any]] = []
    path = "/api/v1/projects/demo/audit/?page_size=200"
    count, page = 1, 1
    while len(rows) < count:
        found = quinn.get(f"{path}&page={page}")
        count, page = found["count"], page + 1
        rows += found["results"]
    seen = {row["action"] for row in rows}
    assert seen >= EVERY_STEP, EVERY_STEP - seen
    assert "All chains are whole." in portal.manage("verify_audit")


EVERY_STEP = {
    "import.started",
    "import.finished",
    "read.assigned",
    "read.started",
    "read.saved",
    "read.submitted",
    "job.queued",
    "job.succeeded",
    "draft.stored",
    "draft.copied",
    "case.compared",
    "adjudication.started",
    "adjudication.decided",
    "reference.locked",
    "signature.made",
    "dataset.frozen",
    "dataset.export_asked",
    "training.started",
    "gate.refused",
    "gate.passed",
    "model.proposed",
    "model.promoted",
}
