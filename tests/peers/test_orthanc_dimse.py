"""Orthanc pushes by C-STORE, as hospitals' archives do, to a receiver that really runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest

from tests.factories.live import Live
from tests.factories.orthanc import Orthanc, running_orthanc
from tests.peers.material import Files
from tests.peers.receiving import dataset_bytes, finished, port_of, receiving

ALLOWED = "PACS"  # what the project's list of senders has
WRITTEN_BY_ACCORD = ("ImplementationClassUID", "ImplementationVersionName")


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with running_orthanc(tmp_path_factory.mktemp("orthanc"), DicomAet=ALLOWED) as running:
        yield running


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory, template: Live) -> Iterator[Live]:
    with receiving(tmp_path_factory.mktemp("receiver") / "data", template) as installation:
        yield installation


def push(orthanc: Orthanc, live: Live, files: Files, **settings: Any) -> Any:
    """Orthanc's job of sending the series; ``settings`` are of the modality, as its users set."""
    modality = {"AET": "TRIAL", "Host": "127.0.0.1", "Port": port_of(live), **settings}
    orthanc.tell("PUT", "/modalities/accord", modality)
    (series,) = orthanc.find("Series", SeriesInstanceUID=files.series)
    wanted = {"Resources": [series], "Synchronous": True}
    return orthanc.tell("POST", "/modalities/accord/store", wanted)


def write(folder: Path, files: Files) -> dict[str, Path]:
    """The files as they lie on a disk, by SOPInstanceUID."""
    folder.mkdir()
    paths = {uid: folder / uid for uid in files.instances}
    for path, data in zip(paths.values(), files.contents, strict=True):
        path.write_bytes(data)
    return paths


@pytest.mark.parametrize(
    "settings",
    [{"LocalAet": "STRANGER"}, {"LocalAet": "AFAR"}, {"LocalAet": "RETIRED"}, {"AET": "OTHER"}],
    ids=lambda settings: "-".join(settings.values()),
)
def test_who_is_not_on_the_list_sends_nothing(
    orthanc: Orthanc, live: Live, heart: Files, settings: dict[str, str]
) -> None:
    """First, while nothing is stored: an unknown sender, one from another network, one that was
    taken off the list, and a title that no project has."""
    orthanc.put(heart.contents)
    answer = push(orthanc, live, heart, **settings)
    assert answer.status_code >= 400, answer.text
    assert live.imports() == []
    assert live.stored() == {}
    called = "" if "AET" in settings else "TRIAL"
    calling = settings.get("LocalAet", "")
    rows = live.rows("SELECT called, calling, count FROM intake_rejectedcall")
    assert [count >= 1 for c, name, count in rows if (c, name) == (called, calling)] == [True]


def test_a_series_is_stored_as_it_was_sent(
    orthanc: Orthanc, live: Live, heart: Files, tmp_path: Path
) -> None:
    """The dataset is byte for byte the file's. Group 2 is not: C-STORE sends the dataset alone, and
    who receives it writes a head of its own (PS3.10 7.1), which must name the same object in the
    same encoding."""
    orthanc.put(heart.contents)
    answer = push(orthanc, live, heart)
    assert answer.ok, answer.text
    assert (answer.json()["InstancesCount"], answer.json()["FailedInstancesCount"]) == (
        len(heart.contents),
        0,
    )
    (row,) = finished(live)
    assert (row["label"], row["stored"]) == (f"From {ALLOWED}", len(heart.contents))
    assert live.n_stacks() == 1
    sent, stored = write(tmp_path / "sent", heart), live.stored()
    assert stored.keys() == sent.keys()
    for uid, path in sent.items():
        assert dataset_bytes(stored[uid]) == dataset_bytes(path)
        theirs, ours = pydicom.dcmread(path).file_meta, pydicom.dcmread(stored[uid]).file_meta
        for name in ("MediaStorageSOPClassUID", "MediaStorageSOPInstanceUID", "TransferSyntaxUID"):
            assert ours[name].value == theirs[name].value
        assert all(name in ours for name in WRITTEN_BY_ACCORD)


def test_a_series_that_is_sent_again_is_known(orthanc: Orthanc, live: Live, heart: Files) -> None:
    """After the test before: the same files, twice more on the way and once on the disk."""
    before = len(live.imports())
    assert push(orthanc, live, heart).json()["FailedInstancesCount"] == 0
    rows = finished(live, before + 1)
    assert (rows[-1]["stored"] + rows[-1]["duplicate"]) == len(heart.contents)
    assert push(orthanc, live, heart).json()["FailedInstancesCount"] == 0
    assert finished(live, before + 2)[-1]["duplicate"] == len(heart.contents)
    assert set(live.stored()) == set(heart.instances)
    assert live.n_stacks() == 1
