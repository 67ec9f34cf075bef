"""The people of the trial, its project and its protocol."""

from pathlib import Path
from typing import Any

from portal.demo.people import DOMAIN
from tests.browser.people import Person
from tests.browser.portal import PASSWORD, Portal
from tests.browser.trial.hearts import Heart

SLUG, NAME = "trial", "Heart function trial"
MODEL = "cine-sax-free"
READERS = {
    "reader.a": "Rita Reader",
    "reader.b": "Ravi Reader",
    "reader.c": "Rosa Reader",
    "reader.d": "Raul Reader",
}
PEOPLE = {
    "admin": ("Ada Admin", ""),
    "owner": ("Owen Owner", "owner"),
    "coordinator": ("Cora Coordinator", "coordinator"),
    "adjudicator": ("Anna Adjudicator", "adjudicator"),
    **{name: (shown, "reader") for name, shown in READERS.items()},
}
WASHOUT_DAYS = 14
P = f"/api/v1/projects/{SLUG}"
_SEED = """
from portal.accounts.services.users import create_user
from portal.projects.models import Membership
from portal.projects.services.projects import create_project
from portal.projects.setup import ProjectOptions
people = {{}}
for name, (shown, role) in {people!r}.items():
    people[name] = create_user(email=f"{{name}}@{domain}", display_name=shown,
                               password={password!r}, is_installation_admin=name == "admin")
project = create_project(by=people["admin"], name={title!r}, slug={slug!r},
                         owner_email=people["owner"].email,
                         options=ProjectOptions(starting_model={model!r}))
for name, (_, role) in {people!r}.items():
    if role not in ("", "owner"):
        Membership.objects.create(project=project, user=people[name], role=role)
"""
_IMPORT = """
from django.core.management import call_command
from portal.cases.models import Case
for folder in {folders!r}:
    known = set(Case.objects.values_list("pk", flat=True))
    call_command("import_dicom", folder, project={slug!r}, stdout=open("/dev/null", "w"))
    print("CASE", Case.objects.exclude(pk__in=known).get().label)
"""


def bring_people(portal: Portal) -> None:
    """Accounts and roles; the owner makes the protocol."""
    portal.shell(
        _SEED.format(
            people=PEOPLE, domain=DOMAIN, password=PASSWORD, title=NAME, slug=SLUG, model=MODEL
        )
    )


def bring_hearts(portal: Portal, hearts: list[Heart]) -> dict[str, Heart]:
    """Import them one by one; by the label of the case that each became."""
    folders = [str(heart.folder) for heart in hearts]
    said = portal.shell(_IMPORT.format(folders=folders, slug=SLUG))
    labels = [line.split()[1] for line in said.splitlines() if line.startswith("CASE")]
    return dict(zip(labels, hearts, strict=True))


def use_protocol(owner: Person) -> dict[str, Any]:
    """The ready protocol for trials of LV function, with more second readings, no training, and the
    AI's reading beside the readers'."""
    ready = owner.get("/api/v1/ready-protocols/")
    wanted = next(row["document"] for row in ready if row["key"] == "lv-function-trial")
    wanted |= {
        "duplicates_share": 0.2,
        "washout_days": WASHOUT_DAYS,
        "training": {**wanted["training"], "required": False},
        "adjudication": {**wanted["adjudication"], "audit_share": 0, "compare_model": True},
        # the AI is a reader here: bands as wide as two readers and a model may differ
        "bands": {**wanted["bands"], "edv_ml": 40, "esv_ml": 30, "ef_points": 12, "mass_g": 60},
    }
    made = owner.post(f"{P}/protocols/", wanted)
    owner.post(f"{P}/protocols/{made['id']}/use/", {})
    return wanted


def days_later(data: Path, days: float) -> None:
    """Set the portal's clock that much ahead of the machine's."""
    (data / "days-ahead").write_text(str(days))
