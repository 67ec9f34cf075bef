"""Scanners push by DIMSE: dcmtk and pynetdicom against a really running receiver."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, MRImageStorage, generate_uid
from pynetdicom import AE, _config
from pynetdicom.association import Association

from tests.factories.imaging import phantom_files
from tests.factories.live import Live, until
from tests.peers.receiving import (
    dataset_bytes,
    finished,
    port_of,
    receiving,
    start_receiver,
    uid_of,
)

VERIFICATION = "1.2.840.10008.1.1"
DCMTK = pytest.mark.skipif(
    shutil.which("storescu") is None and os.environ.get("ACCORD_REQUIRE") != "all",
    reason="dcmtk is not installed",
)


@pytest.fixture(autouse=True, scope="module")
def _send_as_it_is() -> Iterator[None]:
    """pynetdicom then sends the bytes of the file instead of encoding them anew."""
    before = _config.STORE_SEND_CHUNKED_DATASET
    _config.STORE_SEND_CHUNKED_DATASET = True
    yield
    _config.STORE_SEND_CHUNKED_DATASET = before


@pytest.fixture
def live(tmp_path: Path, template: Live) -> Iterator[Live]:
    with receiving(tmp_path / "data", template) as installation:
        yield installation


def associate(live: Live, calling: str = "SCANNER", called: str = "TRIAL", **options: Any) -> Any:
    ae = AE(calling)
    ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 60
    ae.add_requested_context(VERIFICATION)
    ae.add_requested_context(MRImageStorage, ExplicitVRLittleEndian)
    return ae.associate("127.0.0.1", port_of(live), ae_title=called, **options)


@contextmanager
def kept_open(association: Association, every_s: float = 2.0) -> Iterator[None]:
    """Both sides abort an association that is silent for long, and a busy machine may take long for
    what is done meanwhile."""
    over = threading.Event()

    def echo() -> None:
        while not over.wait(every_s):
            association.send_c_echo()

    thread = threading.Thread(target=echo)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def send(live: Live, files: list[Path], **options: Any) -> list[int]:
    """The status of each file, all in one association."""
    association: Association = associate(live, **options)
    assert association.is_established
    statuses = [association.send_c_store(path).Status for path in files]
    association.release()
    return statuses


def dcmtk(program: str, live: Live, *arguments: object, calling: str = "SCANNER",
          called: str = "TRIAL") -> subprocess.CompletedProcess[str]:  # fmt: skip
    asked = [program, "-v", "-aet", calling, "-aec", called, "127.0.0.1", str(port_of(live))]
    return subprocess.run(
        [*asked, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120
    )


def changed(path: Path, out: Path, **values: Any) -> Path:
    dataset = pydicom.dcmread(path)
    for name, value in values.items():
        setattr(dataset, name, value)
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.save_as(out)
    return out


def test_a_pushed_study_is_stored_as_it_was_sent(live: Live) -> None:
    files = list(phantom_files(1))
    assert set(send(live, files)) == {0x0000}
    (row,) = finished(live)
    assert (row["label"], row["stored"]) == ("From SCANNER", len(files))
    stored = live.stored()
    assert set(stored) == {uid_of(path) for path in files}
    for path in files:
        assert dataset_bytes(stored[uid_of(path)]) == dataset_bytes(path)
    assert live.n_stacks() == 1
    assert set(send(live, files)) == {0x0000}, "what is known already is a success"
    assert finished(live, 2)[1]["duplicate"] == len(files)
    (count,) = live.rows(
        "SELECT count(*) FROM audit_auditevent WHERE action = 'import.started' AND actor_id = "
        "'system' AND CAST(details AS text) LIKE '%SCANNER%'"
    )
    assert count == (2,)


@DCMTK
def test_dcmtk_echoes_and_stores(live: Live) -> None:
    assert dcmtk("echoscu", live).returncode == 0
    assert live.imports() == [], "an echo is no import"
    files = list(phantom_files(1))
    done = dcmtk("storescu", live, *files)
    assert done.returncode == 0, done.stdout + done.stderr
    finished(live)
    stored = live.stored()
    for path in files:
        assert pydicom.dcmread(stored[uid_of(path)]) == pydicom.dcmread(path)


NOT_RECOGNISED = "Calling AE Title Not Recognized"
TURNED_AWAY = [  # calling, called, what the sender is told, what is kept
    ("ANYONE", "OTHER", "Called AE Title Not Recognized", "called_ae_title_unknown"),
    ("STRANGER", "TRIAL", NOT_RECOGNISED, "calling_ae_title_not_allowed"),
    ("RETIRED", "TRIAL", NOT_RECOGNISED, "calling_ae_title_not_allowed"),
    ("AFAR", "TRIAL", NOT_RECOGNISED, "address_not_allowed"),
    ("scanner", "TRIAL", NOT_RECOGNISED, "calling_ae_title_not_allowed"),
]


@DCMTK
def test_who_is_not_allowed_is_turned_away_and_counted(live: Live) -> None:
    for calling, called, reason, _ in [*TURNED_AWAY, *TURNED_AWAY]:
        done = dcmtk("echoscu", live, calling=calling, called=called)
        assert done.returncode != 0
        assert reason in done.stdout + done.stderr, calling
    rows = live.rows("SELECT called, calling, reason, count FROM intake_rejectedcall")
    expected = {("", "", TURNED_AWAY[0][3], 2)}  # a title that nobody has: no names are kept
    expected |= {(called, calling, kept, 2) for calling, called, _, kept in TURNED_AWAY[1:]}
    assert len(rows) == len(expected)
    assert set(rows) == expected
    assert dcmtk("echoscu", live, calling="PACS").returncode == 0, "from an allowed network"
    assert live.imports() == []


def test_each_file_is_told_what_became_of_it(live: Live, tmp_path: Path) -> None:
    first, second, third, fourth = phantom_files(1)[:4]
    ct = changed(first, tmp_path / "ct", Modality="CT", SOPInstanceUID=generate_uid())
    conflict = changed(first, tmp_path / "conflict", RescaleSlope="7")
    association: Association = associate(live)
    assert association.send_c_store(first).Status == 0x0000
    assert association.send_c_store(first).Status == 0x0000
    assert association.send_c_store(conflict).Status == 0x0111
    assert association.send_c_store(ct).Status == 0x0122
    announced = pydicom.dcmread(second)
    announced.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    announced.save_as(tmp_path / "announced", enforce_file_format=False)
    assert association.send_c_store(tmp_path / "announced").Status == 0xA900
    cut = tmp_path / "cut"
    cut.write_bytes(third.read_bytes()[:-1000])
    assert association.send_c_store(cut).Status == 0xC000
    assert association.send_c_store(fourth).Status == 0x0000, "the next one is taken all the same"
    association.release()
    (row,) = finished(live)
    assert (row["stored"], row["duplicate"], row["quarantined"]) == (2, 1, 4)
    codes = live.rows("SELECT code FROM intake_importitem WHERE outcome = 'quarantined'")
    assert sorted(code for (code,) in codes) == [
        "uid_conflict", "uid_mismatch", "unreadable_dicom", "unsupported_input",
    ]  # fmt: skip
    assert set(live.stored()) == {uid_of(first), uid_of(fourth)}


def test_what_is_not_offered_is_not_accepted(live: Live) -> None:
    ae = AE("SCANNER")
    ae.add_requested_context(CTImageStorage)
    ae.add_requested_context(MRImageStorage, "1.2.840.10008.1.2.1.99")  # deflated
    association = ae.associate("127.0.0.1", port_of(live), ae_title="TRIAL")
    assert not association.accepted_contexts
    association.abort()


def test_two_scanners_send_at_once(live: Live) -> None:
    studies = [list(phantom_files(1)), list(phantom_files(2))]
    found: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda files=files: found.append(send(live, files)))
        for files in studies
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert {status for statuses in found for status in statuses} == {0x0000}, live.log("scp")
    rows = finished(live, 2)
    assert [row["stored"] for row in rows] == [len(files) for files in studies]
    assert live.n_stacks() == 2
    assert len(live.stored()) == sum(len(files) for files in studies)


def test_an_aborted_association_is_finished_with_what_came(live: Live) -> None:
    files = list(phantom_files(1))
    association: Association = associate(live)
    for path in files[:5]:
        assert association.send_c_store(path).Status == 0x0000
    association.abort()
    (row,) = finished(live)
    assert row["stored"] == 5
    assert live.n_stacks() == 1


def test_an_import_that_a_person_finished_meanwhile_is_followed_by_another(live: Live) -> None:
    files = list(phantom_files(1))
    association: Association = associate(live)
    assert {association.send_c_store(path).Status for path in files[:4]} == {0x0000}
    with kept_open(association):
        live.shell(
            "from portal.intake.models import ImportBatch\n"
            "from portal.intake.services.batches import finish_import\n"
            "print(finish_import(by=None, batch=ImportBatch.objects.get()).state)"
        )
    assert {association.send_c_store(path).Status for path in files[4:]} == {0x0000}
    association.release()
    assert [row["stored"] for row in finished(live, 2)] == [4, len(files) - 4]
    (latest,) = live.rows("SELECT count(*) FROM imaging_stack WHERE is_latest")
    assert latest == (1,)


def test_killed_in_the_middle_nothing_is_lost_or_doubled(live: Live) -> None:
    files = list(phantom_files(1))
    association: Association = associate(live)
    told: list[str] = []

    def push() -> None:
        for path in files:
            answer = association.send_c_store(path) if association.is_established else Dataset()
            if answer.get("Status") == 0x0000:
                told.append(uid_of(path))

    thread = threading.Thread(target=push)
    thread.start()
    until("some files are stored", lambda: len(told) >= 5)
    live.kill("scp")
    thread.join(60)
    assert 5 <= len(told) < len(files), "killed in the middle"
    assert set(told) <= set(live.stored()), "what was answered with success lasts"
    assert live.imports()[0]["state"] == "receiving"
    start_receiver(live)
    assert set(send(live, files)) == {0x0000}
    live.run("tasks")
    first, second = finished(live, 2)
    assert first["stored"] + second["stored"] == len(files)
    assert second["stored"] + second["duplicate"] == len(files)
    stored = live.stored()
    assert set(stored) == {uid_of(path) for path in files}
    for path in files:
        assert dataset_bytes(stored[uid_of(path)]) == dataset_bytes(path)
    ((cases,),) = live.rows("SELECT count(*) FROM cases_case")
    assert cases == 1


def test_asked_to_stop_it_answers_the_current_file_and_finishes_the_import(live: Live) -> None:
    association: Association = associate(live)
    for path in phantom_files(1)[:3]:
        assert association.send_c_store(path).Status == 0x0000
    process = live.processes["scp"]
    with socket.create_connection(("127.0.0.1", port_of(live))):  # says nothing
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, live.log("scp")
    assert finished(live)[0]["stored"] == 3
    association.abort()


def test_a_silent_client_keeps_nobody_out(live: Live) -> None:
    with socket.create_connection(("127.0.0.1", port_of(live))):
        started = time.monotonic()
        assert set(send(live, list(phantom_files(1)[:2]))) == {0x0000}
        assert time.monotonic() - started < 25


def test_no_identity_in_the_log(live: Live, tmp_path: Path) -> None:
    path = changed(
        phantom_files(1)[0],
        tmp_path / "named",
        PatientName="Doe^Jane",
        PatientID="MRN-77",
        PatientBirthDate="1961-02-03",  # not as DICOM writes it: parsers complain of it
    )
    bad = tmp_path / "bad"
    bad.write_bytes(path.read_bytes()[:-500])
    live.kill("scp")
    del live.env["PYTHONWARNINGS"]
    start_receiver(live)
    send(live, [path, bad])
    finished(live)
    log = live.log("scp")
    assert "receiving on" in log
    for secret in ("Doe", "MRN-77", "1961", uid_of(path)):
        assert secret not in log


def make_certificate(folder: Path) -> tuple[Path, Path]:
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout",
         str(key), "-out", str(cert), "-subj", "/CN=localhost", "-addext",
         "subjectAltName=DNS:localhost"],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, cert


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_tls_with_certificates_on_both_sides(live: Live, tmp_path: Path) -> None:
    import ssl

    key, cert = make_certificate(tmp_path)
    live.env |= {
        "ACCORD_SCP_TLS_CERT": str(cert),
        "ACCORD_SCP_TLS_KEY": str(key),
        "ACCORD_SCP_TLS_CA": str(cert),
    }
    live.kill("scp")
    start_receiver(live)
    context = ssl.create_default_context(cafile=str(cert))
    context.load_cert_chain(cert, key)
    with socket.create_connection(("127.0.0.1", port_of(live))):  # never shakes hands
        files = list(phantom_files(1)[:3])
        assert set(send(live, files, tls_args=(context, "localhost"))) == {0x0000}
    assert finished(live)[0]["stored"] == 3
    assert not associate(live).is_established, "in the clear"
    without = ssl.create_default_context(cafile=str(cert))
    assert not associate(live, tls_args=(without, "localhost")).is_established, "no certificate"


@DCMTK
def test_a_real_study_from_dcmtk(live: Live, shared_data: Path, tmp_path: Path) -> None:
    archive = shared_data / "sunnybrook" / "SCD0000301.zip"
    shutil.unpack_archive(archive, tmp_path / "study")
    files = sorted((tmp_path / "study").rglob("*.dcm"))
    assert len(files) > 50
    done = dcmtk("storescu", live, *files)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (row,) = finished(live)
    assert row["stored"] == len(files)
    assert set(live.stored()) == {uid_of(path) for path in files}
