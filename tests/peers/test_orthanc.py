"""Orthanc, a DICOM archive of others: it pushes a study to Accord and pulls one from it, and no
byte of a file changes on the way."""

import hashlib
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
import requests
from dicomweb_client import DICOMwebClient

from tests.factories.installation import SLUG, Installation
from tests.factories.orthanc import LONG_S, Orthanc, running_orthanc
from tests.peers.material import Files, compressed, multi_frame
from tests.peers.stowing import store


def hashes(contents: list[bytes]) -> set[str]:
    return {hashlib.sha256(data).hexdigest() for data in contents}


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory, accord: Installation) -> Iterator[Orthanc]:
    """One that knows both servers of Accord: by a token in a header, and as a password."""
    servers = {
        "accord": {"Url": accord.root, "HttpHeaders": accord.bearer, "HasDelete": False},
        "accord-pages": {
            "Url": f"{accord.web}/dicomweb/{SLUG}",
            "Username": "anything",
            "Password": accord.token,
            "HasDelete": False,
        },
    }
    folder = tmp_path_factory.mktemp("orthanc")
    with running_orthanc(folder, DicomWeb={"Servers": servers}) as running:
        yield running


def held_by_accord(accord: Installation, study: str) -> list[bytes]:
    """The files of a study as Accord gives them out, unparsed."""
    answer = requests.get(f"{accord.root}/studies/{study}", headers=accord.bearer, timeout=LONG_S)
    assert answer.ok, answer.text
    head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
    message = BytesParser(_class=EmailMessage).parsebytes(head + answer.content)  # type: ignore[call-overload]
    return [part.get_payload(decode=True) for part in message.iter_parts()]


@pytest.mark.parametrize("server", ["accord", "accord-pages"])
@pytest.mark.parametrize("kind", ["heart", "multi_frame", "compressed"])
def test_orthanc_pushes_by_stow_rs(
    orthanc: Orthanc, accord: Installation, heart: Files, server: str, kind: str
) -> None:
    files = {"multi_frame": multi_frame, "compressed": compressed}.get(kind, lambda: heart)()
    name = orthanc.put(files.contents)
    job = orthanc.ask(
        f"/dicom-web/servers/{server}/stow", {"Resources": [name], "Synchronous": True}
    )
    assert job.get("FailedInstancesCount", 0) == 0, job
    found = held_by_accord(accord, files.study)
    assert hashes(found) == hashes(files.contents)
    assert len(found) == len(files.contents)


@pytest.mark.parametrize("server", ["accord", "accord-pages"])
def test_orthanc_pulls_by_wado_rs(
    orthanc: Orthanc, accord: Installation, other_heart: Files, server: str
) -> None:
    store(accord, other_heart)
    assert orthanc.held(other_heart.study) == []
    wanted = {"Resources": [{"Study": other_heart.study}], "Synchronous": True}
    orthanc.ask(f"/dicom-web/servers/{server}/retrieve", wanted)
    found = orthanc.held(other_heart.study)
    assert hashes(found) == hashes(other_heart.contents)
    assert len(found) == len(other_heart.contents)
    orthanc.forget(other_heart.study)


def test_orthanc_pulls_a_series_and_an_instance(
    orthanc: Orthanc, accord: Installation, captures: Files
) -> None:
    store(accord, captures)
    study, series, instance = captures.address
    for wanted in (
        {"Study": study, "Series": series},
        {"Study": study, "Series": series, "Instance": instance},
    ):
        orthanc.ask(
            "/dicom-web/servers/accord/retrieve",
            {"Resources": [wanted], "Synchronous": True},
        )
        assert hashes(orthanc.held(study)) == hashes(captures.contents)
        orthanc.forget(study)


@pytest.fixture
def captures() -> Files:
    return multi_frame()


def test_orthanc_finds_what_is_there(orthanc: Orthanc, accord: Installation, heart: Files) -> None:
    """QIDO-RS through Orthanc, as its users browse a remote server."""
    store(accord, heart)
    found = orthanc.ask(
        "/dicom-web/servers/accord/qido",
        {"Uri": "/studies", "Arguments": {"PatientID": str(heart.first.PatientID)}},
    )
    assert [row["0020000D"]["Value"] for row in found] == [heart.study]


def test_both_hold_the_same_metadata(orthanc: Orthanc, accord: Installation, heart: Files) -> None:
    """What a viewer reads of either is one and the same, by a client of neither."""
    store(accord, heart)
    orthanc.put(heart.contents)
    ours = DICOMwebClient(accord.root, headers=accord.bearer)
    theirs = DICOMwebClient(orthanc.root)
    mine = {
        r["00080018"]["Value"][0]: r
        for r in ours.retrieve_series_metadata(heart.study, heart.series)
    }
    yours = {
        r["00080018"]["Value"][0]: r
        for r in theirs.retrieve_series_metadata(heart.study, heart.series)
    }
    assert mine.keys() == yours.keys()
    for uid, row in yours.items():
        for tag in ("00200032", "00200037", "00280030", "00181060", "00280010", "00281050"):
            assert mine[uid][tag]["vr"] == row[tag]["vr"]
            assert [float(v) for v in mine[uid][tag]["Value"]] == [
                float(v) for v in row[tag]["Value"]
            ]
