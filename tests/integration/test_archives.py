"""Remote archives: what goes in and never out, and what becomes of every way they can fail."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from portal.audit.models import AuditEvent
from portal.core.errors import InvalidInput, NotAllowed
from portal.core.sealing import unseal
from portal.imaging.models import Instance
from portal.intake.models import ImportBatch, ImportItem, Pull, RemoteArchive
from portal.intake.remote import fetching, session
from portal.intake.services.archives import ArchiveSettings, add_archive, change_archive
from portal.intake.services.pulling import ask_pull
from portal.intake.services.tidying import finish_left_imports
from portal.jobs.models import Job
from portal.jobs.services.portal_work import perform, take_portal_job
from portal.jobs.services.queue import cancel, retry
from portal.projects.models import Membership, Project
from portal.projects.roles import Role
from tests.factories import people as f
from tests.factories.bad_archive import PART, Answer, BadArchive, multipart, serving
from tests.factories.imaging import phantom_files

pytestmark = pytest.mark.django_db
SECRET = "s3cret & long"
FILES = list(phantom_files(1))[:6]


@pytest.fixture
def project() -> Project:
    return f.make_project()


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> BadArchive:
    monkeypatch.setattr(fetching, "FIRST_WAIT_S", 0.001)
    return BadArchive(FILES)


@pytest.fixture
def archive(project: Project, peer: BadArchive) -> Iterator[RemoteArchive]:
    with serving(peer) as url:
        wanted = ArchiveSettings("PACS", url, "basic", "me", SECRET)
        yield add_archive(by=f.add(project, "owner", Role.OWNER), project=project, wanted=wanted)


def coordinator(project: Project) -> Any:
    return f.add(project, "coordinator", Role.COORDINATOR)


def pulled(archive: RemoteArchive, peer: BadArchive) -> Pull:
    """After one run of its job."""
    pull = ask_pull(by=coordinator(archive.project), archive=archive, study_uids=peer.studies)
    return run(pull)


def run(pull: Pull) -> Pull:
    job = take_portal_job("test")
    assert job is not None
    perform(job, threading.Event(), pulse=False)
    return Pull.objects.select_related("job", "batch").get(pk=pull.pk)


def job_of(pull: Pull) -> Job:
    assert pull.job is not None
    return pull.job


def post(user: Any, path: str, body: Any, method: str = "post") -> Any:
    client = Client()
    client.force_login(user)
    return getattr(client, method)(f"/api/v1/{path}", body, content_type="application/json")


def test_a_secret_goes_in_sealed_and_never_out(project: Project) -> None:
    owner = f.add(project, "owner", Role.OWNER)
    body = {"name": "PACS", "base_url": "https://pacs.example.org/dicom-web", "auth": "bearer"}
    base = f"projects/{project.slug}/remote-archives/"
    answer = post(owner, base, {**body, "secret": SECRET})
    assert answer.status_code == 201
    row = RemoteArchive.objects.get()
    assert row.sealed_secret is not None
    assert SECRET.encode() not in bytes(row.sealed_secret)
    assert unseal(bytes(row.sealed_secret), session.SECRET_PURPOSE) == SECRET.encode()
    changed = post(owner, f"{base}{row.pk}/", {**body, "name": "Hospital"}, "put")
    client = Client()
    client.force_login(owner)
    listed = client.get(f"/api/v1/{base}")
    for found in (answer, changed, listed):
        assert SECRET not in found.content.decode()
    (shown,) = listed.json()
    assert (shown["name"], shown["secret_set"], shown["secure"]) == ("Hospital", True, True)
    assert SECRET not in str(list(AuditEvent.objects.values_list("details", flat=True)))
    row.refresh_from_db()
    assert row.sealed_secret is not None, "changing the name leaves it"
    gone = post(owner, f"{base}{row.pk}/", None, "delete")
    assert gone.status_code == 204
    row.refresh_from_db()
    assert (row.sealed_secret, client.get(f"/api/v1/{base}").json()) == (None, [])


def test_another_host_does_not_get_the_old_secret(archive: RemoteArchive) -> None:
    owner = f.add(archive.project, "owner", Role.OWNER)
    there = ArchiveSettings("PACS", "https://elsewhere.example/dicom-web", "basic", "me")
    with pytest.raises(InvalidInput) as refused:
        change_archive(by=owner, archive=archive, wanted=there)
    assert "secret" in refused.value.details
    change_archive(by=owner, archive=archive, wanted=replace(there, secret="another"))
    assert unseal(bytes(archive.sealed_secret or b""), session.SECRET_PURPOSE) == b"another"


@pytest.mark.parametrize(
    "url",
    ["", "pacs", "ftp://pacs/x", "file:///etc/passwd", "https://me:pw@pacs/x", "https://pacs/x?y=1",
     "https://pacs/#x", "https://pacs:notaport/", "https:///x", "gopher://pacs"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(project: Project, url: str) -> None:
    owner = f.add(project, "owner", Role.OWNER)
    with pytest.raises(InvalidInput) as refused:
        add_archive(by=owner, project=project, wanted=ArchiveSettings("PACS", url))
    assert "base_url" in refused.value.details


@pytest.mark.parametrize("host", ["169.254.169.254", "[fe80::1]", "0.0.0.0", "224.0.0.1"])
def test_addresses_of_no_archive_are_never_asked(project: Project, host: str) -> None:
    owner = f.add(project, "owner", Role.OWNER)
    archive = add_archive(
        by=owner, project=project, wanted=ArchiveSettings("PACS", f"http://{host}/x")
    )
    answer = post(owner, f"projects/{project.slug}/remote-archives/{archive.pk}/test/", {})
    assert answer.json()["code"] == "remote_address"


def test_a_ca_file_is_a_name_in_its_folder(project: Project) -> None:
    owner = f.add(project, "owner", Role.OWNER)
    folder = settings.ACCORD_CA_DIR
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hospital.pem").write_text("x")
    good = ArchiveSettings("A", "https://pacs/x", ca_file="hospital.pem")
    assert add_archive(by=owner, project=project, wanted=good).ca_file == "hospital.pem"
    for name in ("missing.pem", "../keys/vault_key", "/etc/passwd"):
        with pytest.raises(InvalidInput):
            add_archive(by=owner, project=project, wanted=replace(good, name="B", ca_file=name))


def search(archive: RemoteArchive, **query: Any) -> Any:
    base = f"projects/{archive.project.slug}/remote-archives/{archive.pk}"
    return post(coordinator(archive.project), f"{base}/search/", query)


def test_a_search_says_what_it_looks_for_and_is_kept_nowhere(
    archive: RemoteArchive, peer: BadArchive, caplog: pytest.LogCaptureFixture
) -> None:
    answer = search(archive, patient_name="Doe", patient_id="7?", date_from="20240101")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert [row["study_uid"] for row in answer.json()["studies"]] == peer.studies
    (asked,) = peer.asked
    assert "PatientName=Doe*&" in asked
    assert "PatientID=7?&" in asked
    assert "StudyDate=20240101-" in asked
    assert "ModalitiesInStudy=MR" in asked
    assert peer.authorisations == {"Basic bWU6czNjcmV0ICYgbG9uZw=="}
    details = str(list(AuditEvent.objects.filter(action="archive.searched").values()))
    assert "Doe" not in details + caplog.text


@pytest.mark.parametrize(
    "query", [{}, {"patient_name": "*"}, {"patient_id": " ", "accession": "?"}]
)
def test_a_search_for_everything_is_refused(
    archive: RemoteArchive, peer: BadArchive, query: dict[str, str]
) -> None:
    answer = search(archive, **query)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "search_too_wide")
    assert not peer.asked


def html(_path: str, _answer: Answer) -> Answer:
    return 200, "text/html", b"<html>Doe^Jane</html>"


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        ((401, "text/html", b"Doe^Jane"), "remote_unauthorised"),
        ((403, "text/html", b""), "remote_unauthorised"),
        ((404, "text/html", b""), "remote_not_found"),
        ((500, "text/html", b"Doe^Jane"), "remote_failed"),
        ((503, "text/html", b""), "remote_busy"),
        ((302, "text/html", b""), "remote_redirects"),
        ((200, "text/html", b"<html>Doe^Jane</html>"), "remote_bad_answer"),
        ((200, "application/json", b'["Doe^Jane"]'), "remote_bad_answer"),
        ((200, "application/json", b"[" + b" " * 3000 + b"]"), "remote_too_large"),
    ],
)
def test_what_goes_wrong_with_a_search_has_a_name(
    archive: RemoteArchive, peer: BadArchive, bent: Answer, code: str,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr(session, "MAX_ANSWER", 2000)
    peer.extra_headers = {"Location": "http://127.0.0.1:9/elsewhere"} if bent[0] == 302 else {}
    peer.bend = lambda _path, _answer: bent
    answer = search(archive, patient_id="MRN-77")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, code)
    said = answer.content.decode() + caplog.text
    assert "Doe" not in said
    assert "MRN-77" not in said
    assert len(peer.asked) == 1, "nothing is followed, nothing asked twice while a person waits"


def test_silence_is_a_timeout(
    archive: RemoteArchive, peer: BadArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "TIMEOUT_S", (0.2, 0.2))
    peer.pause_s = 1.0
    assert search(archive, patient_id="x").json()["error"]["code"] == "remote_timeout"


def test_a_pull_stores_the_bytes_as_they_are(archive: RemoteArchive, peer: BadArchive) -> None:
    pull = pulled(archive, peer)
    assert job_of(pull).output == {"studies": 1, "stored": 6, "duplicate": 0, "quarantined": 0}
    assert (pull.batch.state, pull.batch.expected_files) == ("finished", 6)
    assert pull.sealed_studies is None
    wanted = {hashlib.sha256(path.read_bytes()).hexdigest() for path in FILES}
    assert set(Instance.objects.values_list("blob_id", flat=True)) == wanted
    whole = str(Job.objects.values().get()) + str(list(pull.items.values()))
    assert peer.studies[0] not in whole


def test_a_bare_file_is_taken_too(archive: RemoteArchive, peer: BadArchive) -> None:
    def bare(path: str, answer: Answer) -> Answer:
        if answer[1] != PART:
            return answer
        _, _, rest = answer[2].partition(b"\r\n\r\n")
        return 200, "application/dicom", rest.removesuffix(b"\r\n--xx--\r\n")

    peer.bend = bare
    assert job_of(pulled(archive, peer)).state == "succeeded"
    assert Instance.objects.count() == 6


@pytest.mark.parametrize(
    ("bent", "code"),
    [
        ((404, "text/html", b""), "remote_not_found"),
        ((500, "text/html", b""), "remote_failed"),
        ((200, "text/html", b"<html>"), "remote_bad_answer"),
        ((200, PART, multipart(b"DICM")[:-8]), "remote_bad_answer"),
        ((200, PART, b"--xx\r\nno end of a head"), "remote_bad_answer"),
        ((200, PART, multipart(b"a") + multipart(b"b")), "unreadable_dicom"),
        ((200, PART, b"--xx\r\n\r\n1\r\n--xx\r\n\r\n2\r\n--xx--"), "remote_bad_answer"),
        ((200, PART, multipart(b"no DICOM")), "unreadable_dicom"),
    ],
)
def test_one_bad_file_is_set_aside_and_the_rest_comes(
    archive: RemoteArchive, peer: BadArchive, bent: Answer, code: str
) -> None:
    spoilt: list[str] = []

    def spoil(path: str, answer: Answer) -> Answer:
        if answer[1] != PART or (spoilt and path not in spoilt):
            return answer
        spoilt.append(path)
        return bent

    peer.bend = spoil
    pull = pulled(archive, peer)
    assert job_of(pull).output == {"studies": 1, "stored": 5, "duplicate": 0, "quarantined": 1}
    item = ImportItem.objects.get(outcome="quarantined")
    assert (item.code, bool(item.message)) == (code, True)


def test_what_passes_is_tried_again(archive: RemoteArchive, peer: BadArchive) -> None:
    failures = iter([(503, "text/html", b""), (429, "text/html", b""), (504, "text/html", b"")])

    def busy(path: str, answer: Answer) -> Answer:
        return next(failures, answer)

    peer.bend = busy
    assert job_of(pulled(archive, peer)).state == "succeeded"
    assert Instance.objects.count() == 6


@pytest.mark.parametrize(("status", "code"), [(503, "remote_busy"), (401, "remote_unauthorised")])
def test_what_stays_ends_the_pull_and_trying_again_brings_the_rest(
    archive: RemoteArchive, peer: BadArchive, status: int, code: str
) -> None:
    served: list[str] = []

    def fail(path: str, answer: Answer) -> Answer:
        if answer[1] == PART:
            served.append(path)
        return answer if len(served) <= 3 else (status, "text/html", b"")

    peer.bend = fail
    pull = pulled(archive, peer)
    job = job_of(pull)
    assert (job.state, job.error_code, pull.batch.state) == ("failed", code, "finished")
    came = Instance.objects.count()
    assert 0 < came <= 3
    first = pull.batch
    peer.bend = lambda _path, answer: answer
    peer.asked.clear()
    retry(by=coordinator(archive.project), job=job)
    again = run(pull)
    assert job_of(again).state == "succeeded"
    assert again.batch != first
    assert Instance.objects.count() == 6
    fetched = [path for path in peer.asked if path.count("/") == 7]
    assert len(fetched) == 6 - came, "what came before is not fetched again"
    assert again.batch.items.filter(outcome="stored").count() == 6 - came


def test_twenty_bad_files_in_a_row_are_no_longer_of_files(
    project: Project, monkeypatch: pytest.MonkeyPatch, archive: RemoteArchive, peer: BadArchive
) -> None:
    from portal.intake.services import pulling

    monkeypatch.setattr(pulling, "_IN_A_ROW", 4)
    peer.bend = lambda _path, answer: (500, "x", b"") if answer[1] == PART else answer
    pull = pulled(archive, peer)
    assert (job_of(pull).state, job_of(pull).error_code) == ("failed", "remote_failed")
    assert pull.batch.items.count() == 3


def test_a_pull_that_was_cancelled_while_waiting_is_tidied_up(
    archive: RemoteArchive, peer: BadArchive
) -> None:
    by = coordinator(archive.project)
    pull = ask_pull(by=by, archive=archive, study_uids=peer.studies)
    assert finish_left_imports() == 0, "it waits"
    cancel(by=by, job=job_of(pull))
    assert finish_left_imports() == 1
    assert ImportBatch.objects.get().state == "finished"
    assert finish_left_imports() == 0


def test_who_lost_the_right_to_import_pulls_nothing(
    archive: RemoteArchive, peer: BadArchive
) -> None:
    by = coordinator(archive.project)
    pull = ask_pull(by=by, archive=archive, study_uids=peer.studies)
    Membership.objects.filter(user=by).delete()
    pull = run(pull)
    assert (job_of(pull).state, job_of(pull).error_code) == ("failed", NotAllowed.code)
    assert not peer.asked


def test_uids_that_are_none_are_refused(archive: RemoteArchive) -> None:
    for uids in (["../../x"], ["1.2 3"], ["x" * 10]):
        with pytest.raises(InvalidInput):
            ask_pull(by=coordinator(archive.project), archive=archive, study_uids=uids)
    assert not Pull.objects.exists()


def test_a_study_without_files_is_said(archive: RemoteArchive, peer: BadArchive) -> None:
    pull = ask_pull(by=coordinator(archive.project), archive=archive, study_uids=["1.2.3"])
    pull = run(pull)
    assert (job_of(pull).state, job_of(pull).error_code) == ("failed", "nothing_to_pull")
