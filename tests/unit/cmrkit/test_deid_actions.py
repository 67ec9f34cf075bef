"""Every action of the table, and the values that may stay."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.datadict import dictionary_has_tag, keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.uid import MRImageStorage

from cmrkit.deid import NONE, Option, Procedure, ProjectKeys, deidentify, procedure_named, values
from cmrkit.deid.private import ALLOWED
from cmrkit.deid.table import Action, action, rows
from cmrkit.deid.words import cleaned, coded, vocabulary
from tests.factories.planted import SENT_ROOT, as_file, code, image

KEYS, OTHER = ProjectKeys(b"k" * 32), ProjectKeys(b"o" * 32)
BASIC = Procedure()
DATES = Procedure(frozenset({Option.DATES}))


def deid(dataset: Dataset, procedure: Procedure = BASIC, keys: ProjectKeys = KEYS) -> Dataset:
    data = b"".join(deidentify(BytesIO(as_file(dataset)), procedure, keys).chunks())
    return dcmread(BytesIO(data))


def test_the_table_is_the_whole_of_its_edition() -> None:
    assert len(rows()) == 652
    assert set(rows().values()) == {
        "D", "Z", "X", "U", "Z/D", "X/Z", "X/D", "X/Z/D", "X/Z/U*",
    }  # fmt: skip
    known = {keyword_for_tag(tag): code for tag, code in rows().items() if dictionary_has_tag(tag)}
    assert len(known) > 620
    facts = {
        "PatientName": "Z", "PatientID": "Z/D", "AccessionNumber": "Z", "StudyInstanceUID": "U",
        "InstitutionName": "X/Z/D", "OperatorsName": "X/Z/D", "PatientAge": "X", "StudyDate": "Z",
        "SeriesDescription": "X", "ReferencedImageSequence": "X/Z/U*", "ContentSequence": "D",
        "FrameOfReferenceUID": "U", "ImageComments": "X", "DeviceSerialNumber": "X/Z/D",
    }  # fmt: skip
    assert {name: known[name] for name in facts} == facts
    # attributes that make an image are in no row
    for name in ("PixelSpacing", "ImagePositionPatient", "TriggerTime", "RescaleSlope", "Modality"):
        assert name not in known


@pytest.mark.parametrize(
    ("tag", "vr", "expected"),
    [
        (0x00100010, "PN", Action.PSEUDONYM),
        (0x00101000, "LO", Action.REMOVE),
        (0x00080050, "SH", Action.EMPTY),
        (0x0040A123, "PN", Action.DUMMY),
        (0x00080018, "UI", Action.UID),
        (0x0008103E, "LO", Action.CLEAN),
        (0x0040A730, "SQ", Action.RECURSE),
        (0x00081110, "SQ", Action.EMPTY),
        (0x00101002, "SQ", Action.REMOVE),
        (0x00280030, "DS", Action.BY_VR),
        (0x00100022, "CS", Action.REMOVE),  # the patient's group, in no row
        (0x00380010, "LO", Action.REMOVE),
    ],
)
def test_actions(tag: int, vr: str, expected: Action) -> None:
    assert action(tag, vr, BASIC) is expected


def test_names_of_procedures_go_there_and_back() -> None:
    every = Procedure(frozenset(Option))
    assert every.name == "basic-2026c-v1+dates+device+patient+uids"
    assert len(every.name) <= 40  # characters that a study's row has for it
    assert procedure_named(every.name) == every
    assert procedure_named(NONE) is None
    for wrong in ("basic-1999-v1", "basic-2026c-v1+names", "basic-2026c-v1+uids+dates", ""):
        with pytest.raises(ValueError, match=r"."):
            procedure_named(wrong)


def test_uids_are_the_same_everywhere_and_another_projects_are_others() -> None:
    dataset = image()
    reference = Dataset()
    reference.ReferencedSOPClassUID = MRImageStorage
    reference.ReferencedSOPInstanceUID = f"{SENT_ROOT}.3"
    dataset.ReferencedImageSequence = [reference]
    dataset.FrameOfReferenceUID = f"{SENT_ROOT}.8"
    out = deid(dataset)
    assert out.SOPInstanceUID == out.file_meta.MediaStorageSOPInstanceUID
    assert out.ReferencedImageSequence[0].ReferencedSOPInstanceUID == out.SOPInstanceUID
    assert out.ReferencedImageSequence[0].ReferencedSOPClassUID == MRImageStorage
    assert out.SOPInstanceUID.startswith("2.25.")
    assert out.SOPInstanceUID == deid(dataset, DATES).SOPInstanceUID
    assert out.SOPInstanceUID != deid(dataset, keys=OTHER).SOPInstanceUID
    assert deid(dataset, Procedure(frozenset({Option.UIDS}))).SOPInstanceUID == f"{SENT_ROOT}.3"


def test_a_borrowed_prefix_makes_no_well_known_uid() -> None:
    dataset = image()
    dataset.FrameOfReferenceUID = "1.2.840.10008.7733911"
    assert deid(dataset).FrameOfReferenceUID.startswith("2.25.")


def test_dates_move_together_and_keep_their_distance() -> None:
    dataset = image()
    dataset.SeriesDate, dataset.AcquisitionTime = "20190320", "081327.25"
    dataset.AcquisitionDateTime = "20190317081327.25+0100"
    dataset.ContentDate = "2019"
    out = deid(dataset, DATES)
    study = date.fromisoformat(str(out.StudyDate))
    series = date.fromisoformat(str(out.SeriesDate))
    assert (series - study).days == 3
    shift = (study - date(2019, 3, 17)).days
    assert -3653 <= shift <= -366
    assert shift == KEYS.shift_days("|MRN7733911|QUILLFEATHER^ZEBEDEE")
    assert out.AcquisitionTime == "081327.25"
    assert str(out.AcquisitionDateTime) == f"{study:%Y%m%d}081327.25"
    assert out.ContentDate == ""
    assert out.LongitudinalTemporalInformationModified == "MODIFIED"
    assert out.PatientBirthDate == ""
    without = deid(dataset)
    assert (without.StudyDate, without.ContentDate) == ("", "19000101")
    assert without.LongitudinalTemporalInformationModified == "REMOVED"


def test_another_patient_has_another_shift_and_pseudonym() -> None:
    keys = [f"|{n}|X^Y" for n in range(200)]
    assert len({KEYS.shift_days(k) for k in keys}) > 150
    assert len({KEYS.pseudonym(k) for k in keys}) == 200


def test_patient_characteristics_stay_only_by_option() -> None:
    dataset = image()
    dataset.PatientSex, dataset.PatientAge = "F", "093Y"
    dataset.PatientSize, dataset.PatientWeight = "1.71", "65"
    dataset.PatientBodyMassIndex = "22"
    plain, kept = deid(dataset), deid(dataset, Procedure(frozenset({Option.PATIENT})))
    assert plain.PatientSex == ""
    assert not {"PatientAge", "PatientSize", "PatientWeight"} & {e.keyword for e in plain}
    assert (kept.PatientSex, kept.PatientAge) == ("F", "090Y")
    assert (kept.PatientSize, kept.PatientWeight) == (1.71, 65)
    assert "PatientBodyMassIndex" not in kept


def test_what_was_done_is_written_down() -> None:
    out = deid(image(), Procedure(frozenset({Option.DATES, Option.DEVICE})))
    assert out.PatientIdentityRemoved == "YES"
    assert out.DeidentificationMethod == "Accord basic-2026c-v1+dates+device"
    codes = [item.CodeValue for item in out.DeidentificationMethodCodeSequence]
    assert codes == ["113100", "113104", "113105", "113111", "113107", "113109"]


@pytest.mark.parametrize(("key", "kept"), ALLOWED.items())
def test_private_elements_by_creator_and_not_by_block(key: tuple[int, str], kept: dict) -> None:
    """Each maker's numbers come through in whatever block they lie; a stranger's never do."""
    group, creator = key
    samples = {"DS": "12.5", "IS": "4", "SS": -3, "SL": 70000, "FL": 1.5, "FD": 2.5}
    for owner, expected in ((creator, len(kept)), ("SOMEBODY ELSE", 0)):
        dataset = image()
        dataset.private_block(group, "FIRST COMER", create=True)  # takes block 10
        block = dataset.private_block(group, owner, create=True)
        for offset, rule in kept.items():
            text = "v150in" if rule.vr == "SH" else "TA 00.35*2"
            block.add_new(offset, rule.vr, samples.get(rule.vr, text))
        block.add_new(0xFE, "LO", "private words")
        out = deid(dataset)
        private = [e for e in out if e.tag.is_private and e.tag.element > 0xFF]
        assert len(private) == expected, owner
        assert all(e.tag.element >> 8 == 0x11 for e in private)
        for element in private:
            assert element.value == dataset[element.tag].value


def test_codes_keep_their_dictionary_meaning_or_go() -> None:
    dataset = image()
    dataset.AnatomicRegionSequence = [
        code("80891009", "SCT", "Mr Smith's heart"),
        code("123456", "SCT", "Smith"),
    ]
    out = deid(dataset)
    assert "Smith" not in str(out)
    assert out.AnatomicRegionSequence[0].CodeValue == "80891009"
    assert out.AnatomicRegionSequence[1].CodeValue == "REMOVED"


@pytest.mark.parametrize(
    ("sent", "stays"),
    [
        ("cine_sax_SMITH_10", "cine_sax"),
        ("*tfi2d1_11", "*tfi2d1_11"),
        ("CINE SAX 2024-03-12", "CINE SAX"),
        ("b0_v150in_fl2d1_v150in", "b0_v150in_fl2d1_v150in"),
        ("Konrad^ShMOLLI", "ShMOLLI"),
        ("LGE PSIR 10 min post", "LGE PSIR 10 min post"),
        ("sax 1234567", "sax"),
        ("7733911", ""),
        ("tel 0171 555 0199", ""),
        ("Ravensworth", ""),
    ],
)
def test_descriptions_keep_known_words(sent: str, stays: str) -> None:
    assert cleaned(sent) == stays


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_only_words_of_the_vocabulary_ever_stay(text: str) -> None:
    import re

    for run in re.findall(r"[A-Za-z]+|\d+", cleaned(text)):
        assert len(run) <= 3 if run.isdigit() else True
    for word in re.findall(r"[A-Za-z0-9]+", cleaned(text)):
        parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Za-z]", word)
        assert (
            word.isdigit()
            or word.lower() in vocabulary()
            or all(p.lower() in vocabulary() for p in parts)
        )


def test_series_described_differently_stay_apart() -> None:
    first, second = image(), image()
    first.SeriesDescription, second.SeriesDescription = "cine sax Smith", "cine sax Jones"
    a, b = deid(first).SeriesDescription, deid(second).SeriesDescription
    assert a != b
    assert a == deid(first).SeriesDescription
    assert "Smith" not in a


@pytest.mark.parametrize(
    ("value", "vr", "stays"),
    [
        (b"1.5\\-2e-3 ", "DS", True), (b"SMITH", "DS", False), (b"20190317", "IS", False),
        (b"1\\2\\x", "IS", False), (b"7733911.0", "DS", False), (b"", "DS", True),
    ],
)  # fmt: skip
def test_numbers_are_numbers(value: bytes, vr: str, stays: bool) -> None:
    assert (values.numbers(value, vr) is not None) is stays


def test_binary_numbers_spell_nothing() -> None:
    assert values.binary(b"\0\1\0\2\0\3\0\4", "US", 0x00181310) is not None
    assert values.binary(b"SMITHSON", "US", 0x00181310) is None
    assert values.binary(b"\0\1" * 9, "US", 0x00280010) is None  # one row number, not nine


def test_code_strings() -> None:
    assert coded("YBR_FULL_422") == "YBR_FULL_422"
    assert coded("FAST_GEMS") == "FAST_GEMS"
    assert coded("SMITH") is None
    dataset = image()
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "SMITH", "T1 MAP"]
    assert list(deid(dataset).ImageType) == ["ORIGINAL", "PRIMARY", "OTHER", "T1 MAP"]


def test_a_number_of_the_patient_goes_and_measurements_that_hold_its_digits_stay() -> None:
    dataset = image()
    dataset.PatientID = "31416"
    dataset.AcquisitionNumber, dataset.SeriesNumber = 31416, 314
    dataset.ImagePositionPatient = ["1.31416", "-2.314160", "31416.5"]
    dataset.PixelSpacing = ["1.31416", "1.31416"]
    out = deid(dataset)
    assert "AcquisitionNumber" not in out
    assert out.SeriesNumber == 314
    assert list(out.PixelSpacing) == [1.31416, 1.31416]
    assert "ImagePositionPatient" not in out
