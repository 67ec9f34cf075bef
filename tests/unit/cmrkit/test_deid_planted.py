"""Identity planted all over a file: none of it may come out."""

import random
import subprocess
from io import BytesIO
from pathlib import Path
from shutil import which

import pytest
from pydicom import dcmread
from pydicom.uid import ExplicitVRLittleEndian

from cmrkit.deid import Option, Procedure, ProjectKeys, deidentify
from cmrkit.dicomio import read_header
from cmrkit.errors import CmrkitError
from tests.factories.planted import (
    PLANTED,
    SENT_ROOT,
    SYNTAXES,
    as_file,
    everywhere,
    image,
    report,
    traces,
)

KEYS = ProjectKeys(b"k" * 32)
PROCEDURES = [
    Procedure(),
    Procedure(frozenset({Option.DATES, Option.PATIENT})),
    Procedure(frozenset({Option.DATES, Option.PATIENT, Option.DEVICE})),
]


def cleaned(data: bytes, procedure: Procedure = PROCEDURES[0]) -> bytes:
    return b"".join(deidentify(BytesIO(data), procedure, KEYS).chunks())


def test_the_search_finds_what_was_planted() -> None:
    assert set(traces(everywhere(1, ExplicitVRLittleEndian))) == set(PLANTED)


@pytest.mark.parametrize("procedure", PROCEDURES, ids=lambda p: p.name)
@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda uid: uid.name)
def test_nothing_planted_comes_out(syntax: str, procedure: Procedure) -> None:
    for seed in range(6):
        out = cleaned(everywhere(seed, syntax), procedure)
        assert traces(out) == [], seed
        assert read_header(out).n_frames == 1
        again = dcmread(BytesIO(out))
        assert again.pixel_array.ravel().tolist() == list(range(64))
        assert again.PatientIdentityRemoved == "YES"


def test_with_uids_retained_the_uids_alone_come_out() -> None:
    procedure = Procedure(frozenset(Option))
    for seed in range(3):
        out = cleaned(everywhere(seed, ExplicitVRLittleEndian), procedure)
        without = out.replace(SENT_ROOT.encode(), b"")
        assert without != out
        assert traces(without) == []


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda uid: uid.name)
def test_a_report_keeps_its_numbers_and_codes_and_tells_of_nobody(syntax: str) -> None:
    out = cleaned(report(syntax))
    assert traces(out) == []
    content = dcmread(BytesIO(out)).ContentSequence
    assert [item.ValueType for item in content] == [
        "TEXT", "PNAME", "DATE", "UIDREF", "CODE", "CODE", "NUM",
    ]  # fmt: skip
    assert content[0].TextValue == "removed"
    assert content[4].ConceptCodeSequence[0].CodeValue == "REMOVED"
    assert content[5].ConceptCodeSequence[0].CodeMeaning.startswith("Heart")
    measured = content[6].MeasuredValueSequence[0]
    assert measured.NumericValue == 61.5
    assert measured.MeasurementUnitsCodeSequence[0].CodeMeaning == "ml"


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("ISO_IR 192", "Żebedeé^Qüillfeather"),
        ("ISO_IR 144", "Люкceмбypг"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("GB18030", "Wang^XiaoDong=王^小东"),
        ("ISO_IR 166", "นามสกุล"),
    ],
)
def test_names_in_any_character_set(charset: str | list[str], name: str) -> None:
    dataset = image()
    dataset.SpecificCharacterSet = charset
    dataset.PatientName = name
    dataset.OperatorsName = dataset.ReferringPhysicianName = name
    dataset.SeriesDescription = f"cine {name.split('=')[-1]}"
    out = cleaned(as_file(dataset))
    again = dcmread(BytesIO(out))
    assert "SpecificCharacterSet" not in again
    text = str(again)
    for part in name.replace("=", "^").split("^"):
        assert part not in text
    assert str(again.SeriesDescription).startswith("cine")
    assert deidentify(BytesIO(as_file(dataset)), PROCEDURES[0], KEYS).identity.patient_name == name


def test_words_of_the_vocabulary_that_are_the_patients_name_go() -> None:
    dataset = image()
    dataset.PatientName, dataset.SeriesDescription = "BLACK^MAX", "Max Black cine sax"
    again = dcmread(BytesIO(cleaned(as_file(dataset))))
    assert again.SeriesDescription.startswith("cine sax #")


def test_cut_and_changed_files_are_refused_or_clean() -> None:
    """Never a half-cleaned file: what is cut is refused; what is changed is refused or clean."""
    data = everywhere(3, ExplicitVRLittleEndian)
    pixels = data.rfind(b"\xe0\x7f\x10\x00")
    rng = random.Random(4)
    for _ in range(40):
        cut = data[: rng.randrange(1, pixels + 12)]
        with pytest.raises(CmrkitError) as refused:
            cleaned(cut)
        assert refused.value.code in {"unreadable_dicom", "unsupported_input"}
        assert traces(str(refused.value).encode()) == []
    for _ in range(40):
        changed = bytearray(data)
        for _ in range(rng.randrange(1, 8)):
            changed[rng.randrange(132, pixels)] = rng.randrange(256)
        try:
            out = cleaned(bytes(changed))
        except CmrkitError:
            continue
        assert [t for t in traces(out) if t != "7733911"] == []


@pytest.mark.skipif(which("dcmdump") is None, reason="dcmtk is not installed")
@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda uid: uid.name)
def test_another_reader_reads_it_whole(syntax: str, tmp_path: Path) -> None:
    path = tmp_path / "x.dcm"
    for data in (everywhere(5, syntax), report(syntax)):
        path.write_bytes(cleaned(data))
        found = subprocess.run(["dcmdump", "-q", str(path)], capture_output=True, check=True)
        assert not found.stderr
        assert b"Accord basic-2026c-v1" in found.stdout
