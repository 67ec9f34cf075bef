"""Every page: no accessibility violation in light and dark, a picture at two sizes; and what people
do with accounts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.demo.people import DOMAIN
from tests.browser.conftest import settled
from tests.browser.people import Person
from tests.browser.portal import PASSWORD, ROOT, Portal

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], None]
SignIn = Callable[..., Person]

AXE = (ROOT / "frontend/node_modules/axe-core/axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# who, where, what the page is called in pictures
PAGES = [
    ("coordinator", "/", "my-work"),
    ("coordinator", "/projects", "projects"),
    ("coordinator", "/p/demo", "project"),
    ("coordinator", "/p/demo/cases", "cases"),
    ("coordinator", "/p/demo/cases?search=nothing-like-this", "cases-no-match"),
    ("coordinator", "/p/demo/reading/strata", "strata"),
    ("coordinator", "/p/demo/studies", "studies"),
    ("coordinator", "/p/demo/imports", "imports"),
    ("coordinator", "import", "import"),
    ("coordinator", "/p/demo/jobs", "jobs"),
    ("coordinator", "/p/demo/discussion", "discussion"),
    ("coordinator", "/notifications", "notifications"),
    ("coordinator", "case", "case"),
    ("coordinator", "study", "study"),
    ("coordinator", "stack", "images"),
    ("reader.a", "read", "read"),
    ("adjudicator", "/p/demo/adjudications", "adjudications"),
    ("adjudicator", "adjudication", "adjudication"),
    ("scientist", "/p/demo/datasets", "datasets"),
    ("scientist", "/p/demo/models", "models"),
    ("scientist", "model", "model"),
    ("quality", "/p/demo/models/gate-plan", "gate-plan"),
    ("quality", "/p/demo/audit", "audit"),
    ("steward", "/p/demo/quarantine", "quarantine"),
    ("steward", "/p/demo/reidentification", "reidentification"),
    ("steward", "/p/demo/subjects", "subjects"),
    ("owner", "/p/demo/team", "team"),
    ("owner", "/p/demo/protocols", "protocols"),
    ("owner", "protocol", "protocol"),
    ("reader.a", "protocol", "protocol-read-only"),
    ("owner", "/p/demo/settings", "settings"),
    ("admin", "/admin/users", "users"),
    ("admin", "/admin/jobs", "installation-jobs"),
    ("admin", "/admin/audit", "installation-audit"),
    ("admin", "/projects/new", "new-project"),
    ("owner", "/account", "account"),
    ("owner", "/help", "help"),
    ("owner", "/p/demo/nothing-here", "not-found"),
    ("owner", "/p/demo/cases", "no-permission"),
]


def _path(person: Person, where: str) -> str:
    """The address of a page that has an id in it."""
    if where.startswith("/"):
        return where
    project = "/api/v1/projects/demo"
    if where in ("case", "study", "stack"):
        case = person.get(f"{project}/cases/?state=locked")["results"][0]["id"]
        if where == "case":
            return f"/p/demo/cases/{case}"
        found = person.get(f"{project}/cases/{case}/")
        if where == "study":
            return f"/p/demo/studies/{found['studies'][0]['id']}"
        return f"/p/demo/stacks/{found['stack_id']}/view"
    if where == "protocol":
        return f"/p/demo/protocols/{person.get(f'{project}/protocols/')[0]['id']}"
    if where == "import":
        return f"/p/demo/imports/{person.refused_import('demo')}"
    if where == "model":
        return f"/p/demo/models/{person.get(f'{project}/models/')['champion']['id']}"
    sections = {s["key"]: s for s in person.get("/api/v1/my-work/")["sections"]}
    key = {"read": "reads", "adjudication": "adjudications"}[where]
    return str(sections[key]["items"][0]["href"])


def violations(page: Page) -> list[str]:
    """What axe finds, one line each with the first element."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
    )
    return [
        f"{v['id']}: {v['help']}: {v['nodes'][0]['html'][:160]}"
        f" ({v['nodes'][0].get('failureSummary', '')[:200]})"
        for v in found["violations"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("who", "where", "name"), PAGES, ids=[p[2] for p in PAGES])
def test_page_is_accessible(
    people: SignIn, shot: Shot, who: str, where: str, name: str, theme: str
) -> None:
    person = people(who, theme)
    page = person.page
    person.go(_path(person, where))
    settled(page)
    expect(page.get_by_role("heading").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    shot(page, f"page-{name}-{theme}")
    assert violations(page) == []
    page.set_viewport_size({"width": 1920, "height": 1080})
    shot(page, f"page-{name}-{theme}-1920")
    page.set_viewport_size({"width": 1440, "height": 900})


@pytest.fixture
def stranger(browser: Browser, portal: Portal) -> Any:
    """A window in which nobody is signed in."""
    context = browser.new_context(base_url=portal.address)
    yield context.new_page()
    context.close()


def test_sign_in_page(stranger: Page, shot: Shot) -> None:
    stranger.goto("/p/demo/cases")
    expect(stranger).to_have_url(re.compile("/sign-in"))
    assert violations(stranger) == []
    stranger.get_by_label("E-mail").fill(f"owner@{DOMAIN}")
    stranger.get_by_label("Password").first.fill("wrong wrong wrong")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_role("alert")).to_be_visible()
    shot(stranger, "sign-in-refused")
    assert violations(stranger) == []
    stranger.get_by_label("Password").first.fill(PASSWORD)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger).to_have_url(re.compile("/p/demo/cases"))


def test_forgotten_password_is_reset_by_mail(stranger: Page, portal: Portal) -> None:
    stranger.goto("/reset")
    stranger.get_by_label("E-mail").fill(f"reader.b@{DOMAIN}")
    stranger.get_by_role("button", name="Send a link").click()
    expect(stranger.get_by_text(re.compile("a link is on its way"))).to_be_visible()
    mail = _newest_mail(portal)
    link = re.search(r"/reset/\S+", mail)
    assert link, mail
    stranger.goto(link.group())
    stranger.get_by_label("New password").fill("another heart beats")
    stranger.get_by_role("button", name="Set the password").click()
    expect(stranger.get_by_text("Your password is set.")).to_be_visible()
    Person("reader.b", stranger).sign_in("another heart beats")
    expect(stranger.get_by_role("heading", name="My work")).to_be_visible()
    _change_password(stranger, "another heart beats", PASSWORD)


def _newest_mail(portal: Portal) -> str:
    files = sorted((portal.data / "mail").iterdir(), key=lambda p: p.stat().st_mtime)
    return files[-1].read_text().replace("=\n", "")


def _change_password(page: Page, old: str, new: str) -> None:
    page.goto("/account")
    page.get_by_label("Current password").fill(old)
    page.get_by_label("New password").fill(new)
    page.get_by_role("button", name=re.compile("Change password")).click()
    expect(page.get_by_text(re.compile("changed", re.I)).first).to_be_visible()


def test_an_invitation_makes_a_reader(people: SignIn, stranger: Page, shot: Shot) -> None:
    owner = people("owner")
    owner.go("/p/demo/team")
    owner.press("Bring somebody in")
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_role("tab", name="Invite by link").click()
    dialog.locator(".mantine-MultiSelect-input").click()
    owner.page.get_by_role("option", name="Reader", exact=True).click()
    owner.page.keyboard.press("Tab")  # the list of roles closes
    owner.in_dialog("Make the link")
    expect(dialog.get_by_text("Send this link.", exact=False)).to_be_visible()
    link = dialog.get_by_role("textbox").input_value()
    shot(owner.page, "invitation-link")
    assert violations(owner.page) == []
    stranger.goto(link)
    stranger.get_by_label("Your name").fill("Nora New")
    stranger.get_by_label("E-mail").fill(f"nora@{DOMAIN}")
    stranger.get_by_label("Password").first.fill("a password of nora")
    shot(stranger, "invitation")
    stranger.get_by_role("button", name="Join").click()
    expect(stranger.get_by_role("heading", name="Demo trial")).to_be_visible()
    expect(stranger.get_by_text("You are reader", exact=False)).to_be_visible()


def test_an_admin_makes_a_project_and_a_one_time_link(people: SignIn, shot: Shot) -> None:
    ada = people("admin")
    ada.go("/projects/new")
    ada.page.get_by_label("Name").fill("First trial")
    for _ in range(3):
        ada.press("Next")
    shot(ada.page, "new-project-models")
    ada.press("Create the project")
    expect(ada.page.get_by_role("heading", name="First trial")).to_be_visible()
    shot(ada.page, "first-run")
    assert violations(ada.page) == []
    ada.go("/admin/users")
    ada.page.get_by_role("row", name=re.compile("Ravi")).get_by_role(
        "button", name="One-time link"
    ).click()
    expect(ada.page.get_by_role("dialog").get_by_role("textbox")).to_be_visible()
    shot(ada.page, "one-time-link")
