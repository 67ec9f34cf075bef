"""Under which AE title a project receives: who may set it, and what is refused."""

from typing import Any

import pytest
from django.test import Client

from portal.audit.models import AuditEvent
from portal.intake.dimse.admission import Refusal, admit, count_rejected
from portal.intake.models import AllowedSender, ReceivingAE, RejectedCall
from portal.projects.models import Project
from portal.projects.roles import Role
from tests.factories import people as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return f.make_project()


def put(project: Project, **body: Any) -> Any:
    client = Client()
    client.force_login(f.add(project, f"owner-{project.slug}", Role.OWNER))
    body = {"ae_title": "TRIAL", "enabled": True, "senders": [], **body}
    return client.put(
        f"/api/v1/projects/{project.slug}/receiving/", body, content_type="application/json"
    )


def test_settings_are_replaced_as_a_whole_and_audited(project: Project) -> None:
    senders = [{"ae_title": "MR1", "network": "10.1.2.3/24"}, {"ae_title": "PACS", "active": False}]
    assert put(project, senders=senders).json()["senders"] == [
        {"ae_title": "MR1", "network": "10.1.2.0/24", "active": True},
        {"ae_title": "PACS", "network": "", "active": False},
    ]
    found = put(project, ae_title="OTHER", senders=[{"ae_title": "MR2"}]).json()
    assert (found["ae_title"], len(found["senders"]), found["port"]) == ("OTHER", 1, 11112)
    assert AllowedSender.objects.count() == ReceivingAE.objects.count() == 1
    details = AuditEvent.objects.filter(action="receiving.changed").latest("seq").details
    assert details == {"ae_title": "OTHER", "enabled": True, "senders": ["MR2"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"ae_title": "A\\B"}, "ae_title"),
        ({"ae_title": "SEVENTEEN LETTERS"}, "ae_title"),
        ({"ae_title": "ÄE"}, "ae_title"),
        ({"ae_title": "  "}, "ae_title"),
        ({"senders": [{"ae_title": "MR\t1"}]}, "senders"),
        ({"senders": [{"ae_title": "MR1", "network": "10.1.2"}]}, "senders"),
        ({"senders": [{"ae_title": "MR1", "network": "scanner.example"}]}, "senders"),
    ],
)
def test_what_is_no_title_or_network_is_refused(
    project: Project, body: dict[str, Any], field: str
) -> None:
    answer = put(project, **body)
    assert answer.status_code == 422
    assert field in answer.json()["error"]["details"]
    assert not ReceivingAE.objects.exists()


def test_a_title_belongs_to_one_project(project: Project) -> None:
    put(project)
    answer = put(f.make_project("other"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "ae_title_taken")


@pytest.mark.parametrize(
    ("called", "calling", "address", "why"),
    [
        ("TRIAL", "MR1", "10.1.2.9", None),
        ("TRIAL", "MR1", "::ffff:10.1.2.9", None),
        ("TRIAL", "MR1", "10.1.3.9", Refusal.ADDRESS_NOT_ALLOWED),
        ("TRIAL", "MR1", "fe80::1%eth0", Refusal.ADDRESS_NOT_ALLOWED),
        ("TRIAL", "MR1", "", Refusal.ADDRESS_NOT_ALLOWED),
        ("TRIAL", "MR6", "2001:db8::7", None),
        ("TRIAL", "ANY", "192.0.2.1", None),
        ("TRIAL", "OFF", "192.0.2.1", Refusal.CALLING_NOT_ALLOWED),
        ("TRIAL", "", "192.0.2.1", Refusal.CALLING_NOT_ALLOWED),
        ("trial", "ANY", "192.0.2.1", Refusal.CALLED_UNKNOWN),
    ],
)
def test_admission(
    project: Project, called: str, calling: str, address: str, why: Refusal | None
) -> None:
    senders = [
        {"ae_title": "MR1", "network": "10.1.2.0/24"},
        {"ae_title": "MR6", "network": "2001:db8::/32"},
        {"ae_title": "ANY"},
        {"ae_title": "OFF", "active": False},
    ]
    put(project, senders=senders)
    found = admit(called=called, calling=calling, address=address)
    assert (found if why else getattr(found, "project", None)) == (why or project)
    put(project, senders=senders, enabled=False)
    assert admit(called=called, calling=calling, address=address) == Refusal.CALLED_UNKNOWN


def test_rejections_are_shown_and_do_not_fill_the_database(project: Project) -> None:
    put(project)
    for n in range(80):
        for _ in range(2):
            count_rejected(called="TRIAL", calling=f"SCAN{n}", why=Refusal.CALLING_NOT_ALLOWED)
        count_rejected(called=f"X{n}", calling="SCAN", why=Refusal.CALLED_UNKNOWN)
    assert RejectedCall.objects.count() == 52
    shown = put(project).json()["rejected"]
    assert (shown[0]["ae_title"], shown[0]["count"]) == ("", 60)
    metrics = Client().get("/metrics").content.decode()
    assert 'accord_dimse_rejected{reason="calling_ae_title_not_allowed"} 160' in metrics
    assert 'accord_dimse_rejected{reason="called_ae_title_unknown"} 80' in metrics
    assert "SCAN" not in metrics
