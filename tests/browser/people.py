"""What a person does in a browser, in the words of the screen."""

import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Locator, Page, expect

from portal.demo.people import DOMAIN
from tests.browser.portal import PASSWORD

NUMBER = re.compile(r"-?\d+(\.\d+)?")
LONG_MS = 300_000  # for what a worker does on a busy machine


@dataclass
class Person:
    """Somebody of the demo and their window."""

    name: str
    page: Page

    @property
    def email(self) -> str:
        return f"{self.name}@{DOMAIN}"

    def sign_in(self, password: str = PASSWORD) -> None:
        self.page.goto("/sign-in")
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password").first.fill(password)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def go(self, path: str) -> None:
        self.page.goto(path)

    def button(self, name: str, *, exact: bool = True) -> Locator:
        return self.page.get_by_role("button", name=name, exact=exact)

    def press(self, name: str) -> None:
        self.button(name).click()

    def in_dialog(self, name: str) -> None:
        """Press a button of the open dialog."""
        self.page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()

    def number(self, test_id: str) -> float:
        """A number as it stands on the screen."""
        text = self.page.get_by_test_id(test_id).inner_text()
        found = NUMBER.search(text)
        assert found, text
        return float(found.group())

    def get(self, path: str) -> Any:
        """What the API answers this person."""
        answer = self.page.request.get(path)
        assert answer.ok, f"{answer.status} {path}"
        return answer.json()

    def post(self, path: str, body: dict[str, Any] | bytes) -> Any:
        """Send something as this person's window would; what the API answers."""
        cookies = {c["name"]: c["value"] for c in self.page.context.cookies()}  # type: ignore[typeddict-item]
        headers = {"X-CSRFToken": cookies["csrftoken"], "Referer": self.page.url}
        if isinstance(body, bytes):
            headers["Content-Type"] = "application/octet-stream"
        answer = self.page.request.post(path, data=body, headers=headers)
        assert answer.ok, f"{answer.status} {path}: {answer.text()}"
        return answer.json()

    def refused_import(self, slug: str) -> str:
        """An import whose only file is set aside; its id."""
        imports = f"/api/v1/projects/{slug}/imports/"
        found = self.post(imports, {})["id"]
        self.post(f"{imports}{found}/files/?sequence=0", b"This is no DICOM file.")
        self.post(f"{imports}{found}/finish/", {})
        return str(found)

    def open_from_work(self, label: str) -> None:
        self.go("/")
        self.page.get_by_role("link", name=re.compile(label)).first.click()

    def read_of(self, coordinator: "Person", case_label: str) -> str:
        """The own read of a case. A reader knows it by another name: the coordinator says which."""
        project = "/api/v1/projects/demo"
        found = coordinator.get(f"{project}/cases/?search={case_label}")["results"]
        case = coordinator.get(f"{project}/cases/{found[0]['id']}/")
        sections = self.get("/api/v1/my-work/")["sections"]
        mine = {item["href"] for section in sections for item in section["items"]}
        (href,) = mine & {f"/read/{row['id']}" for row in case["reads"]}
        return str(href).rsplit("/", 1)[1]

    def open_read_from_work(self, coordinator: "Person", case_label: str) -> None:
        read_id = self.read_of(coordinator, case_label)
        self.go("/")
        self.page.locator(f"a[href='/read/{read_id}']").first.click()


class ReadingRoom:
    """The viewer, for one person."""

    def __init__(self, person: Person) -> None:
        self.person, self.page = person, person.page

    @property
    def viewport(self) -> Locator:
        return self.page.get_by_test_id("viewport").first

    def wait_for_image(self) -> None:
        expect(self.page.locator("[data-painted]").first).to_be_attached(timeout=30_000)

    def single(self) -> None:
        """One image: the layout is remembered from whoever read before."""
        self.page.keyboard.press("Shift+Digit1")
        expect(self.page.locator("[data-layout=single]")).to_be_attached()

    def place(self) -> tuple[int, int]:
        """(slice, phase) shown."""
        return (
            int(self.viewport.get_attribute("data-slice") or -1),
            int(self.viewport.get_attribute("data-phase") or -1),
        )

    def go(self, slice_index: int, phase: int) -> None:
        name = f"Slice {slice_index + 1}, phase {phase + 1}:"
        self.page.get_by_role("button", name=name).click()

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def preannotate(self) -> None:
        """Ask for a draft, see it progress, see it come."""
        self.page.get_by_role("button", name="Pre-annotate", exact=True).click()
        expect(self.page.get_by_test_id("draft-progress")).to_be_visible()
        expect(self.page.get_by_test_id("ef")).to_have_text(NUMBER, timeout=LONG_MS)

    def wait_saved(self) -> None:
        expect(self.page.get_by_test_id("saved")).to_have_attribute(
            "data-state", "saved", timeout=60_000
        )

    def contour(self, read_id: str, structure: str) -> dict[str, Any] | None:
        """The contour of the frame shown, as the server holds it."""
        slice_index, phase = self.place()
        read = self.person.get(f"/api/v1/reads/{read_id}/")
        stack = self.person.get(
            f"/api/v1/projects/{read['project']['slug']}/stacks/{read['stack_id']}/"
        )
        uid = stack["frames"][slice_index][phase]["sop_instance_uid"]
        rows = self.person.get(f"/api/v1/reads/{read_id}/annotations/")["annotations"]
        return next(
            (r for r in rows if r["sop_instance_uid"] == uid and r["structure"] == structure), None
        )

    def on_screen(self, point: tuple[float, float]) -> tuple[float, float]:
        """Image (column, row) to page pixels, by the mapping that the viewport publishes."""
        import json

        view = json.loads(self.viewport.get_attribute("data-view") or "{}")
        box = self.viewport.bounding_box()
        assert box is not None
        across = (point[0] + 0.5) * view["scale"]
        down = (point[1] + 0.5) * view["scale"] * view["ratio"]
        if view.get("flip"):
            across = -across
        for _ in range(view.get("turn", 0)):  # a quarter turn clockwise
            across, down = -down, across
        return box["x"] + view["x"] + across, box["y"] + view["y"] + down

    def drag(self, start: tuple[float, float], by: tuple[float, float]) -> None:
        """Drag from an image point by page pixels."""
        x, y = self.on_screen(start)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for step in range(1, 6):
            self.page.mouse.move(x + by[0] * step / 5, y + by[1] * step / 5)
        self.page.mouse.up()

    def answer(self, question: str, option: str) -> None:
        form = self.page.get_by_test_id(f"question-{question}")
        form.get_by_text(option, exact=True).click()

    def accept_ed_and_es(self) -> None:
        for key in ("e", "s"):
            self.press(key)
            self.press("Shift+A")
        self.wait_saved()

    def submit(self) -> None:
        self.person.press("Submit read")
        self.person.in_dialog("Submit")
        expect(self.page.get_by_text("submitted", exact=True)).to_be_visible()
