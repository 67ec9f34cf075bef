"""Structured reports of real, oblique hearts and of answers: written, and reopened by pydicom."""

from dataclasses import replace
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import highdicom
import pytest
from pydicom import dcmread
from pydicom.sr import _concepts_dict

from cmrkit.phantom.dicom import cine_datasets
from cmrkit.writers import (
    Finding,
    write_report,
)
from cmrkit.writers.dicom_sr import MEASURED
from tests.factories.imaging import small_phantom
from tests.factories.sunnybrook import ED, Real, load_real
from tests.factories.written import ABOUT, FINDINGS, saved

pytestmark = [
    pytest.mark.filterwarnings("ignore:Invalid value for VR UI"),
    pytest.mark.filterwarnings("ignore:The string"),
]


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Real:
    return load_real(shared_data)


def authors(data: bytes) -> dict[str, dict[str, Any]]:
    """Who measured what, as the report says it; group by group, by pydicom alone."""
    found: dict[str, dict[str, Any]] = {}
    for group in _groups(dcmread(BytesIO(data))):
        names, values, devices = [], {}, []
        for item in group.ContentSequence:
            meaning = item.ConceptNameCodeSequence[0].CodeMeaning
            if meaning == "Person Observer Name":
                assert item.RelationshipType == "HAS OBS CONTEXT"
                names.append(str(item.PersonName).rstrip("^"))
            elif meaning == "Device Observer Name":
                devices.append(item.TextValue)
            elif item.ValueType == "NUM":
                measured = item.MeasuredValueSequence[0]
                unit = measured.MeasurementUnitsCodeSequence[0].CodeValue
                values[meaning] = (measured.FloatingPointValue, unit)
            elif item.ValueType == "CODE" and meaning not in ("Finding", "Observer Type"):
                values[meaning] = item.ConceptCodeSequence[0].CodeValue
        (name,) = names
        entry = found.setdefault(name, {"values": {}, "devices": set()})
        entry["values"].update(values)
        entry["devices"].update(devices)
    return found


def _groups(item: Any) -> list[Any]:
    found = []
    for child in item.get("ContentSequence", []):
        names = child.get("ConceptNameCodeSequence")
        if names and names[0].CodeMeaning == "Measurement Group":
            found.append(child)
        found += _groups(child)
    return found


def test_a_report_says_who_found_what(real: Real) -> None:
    sources = {row[ED].sop_instance_uid: None for row in real.meta.frames}  # type: ignore[union-attr]
    made = write_report(real.meta, FINDINGS, {u: real.datasets[u] for u in sources}, ABOUT)
    data = saved(made)
    assert authors(data) == {
        "reference": {
            "values": {
                "Left Ventricular ED Volume": (151.23456789012345, "mL"),
                "Left ventricular ejection fraction by MR": (61.000000000000014, "%"),
                "Right Ventricular ED Volume": (140.5, "mL"),
            },
            "devices": {"Accord AI draft"},
        },
        "R-00c0ffee": {
            "values": {"Left Ventricular ED Volume": (149.0, "mL"), "class": "dilated"},
            "devices": set(),
        },
    }
    content = highdicom.sr.srread(BytesIO(data)).content
    assert len(content.get_image_measurement_groups()) == 4
    back = dcmread(BytesIO(data))
    named = {
        str(i.ReferencedSOPInstanceUID)
        for kind in ("CurrentRequestedProcedureEvidence", "PertinentOtherEvidence")
        for study in back.get(f"{kind}Sequence", [])
        for series in study.ReferencedSeriesSequence
        for i in series.ReferencedSOPSequence
    }
    assert named == set(sources)
    assert b"SCD0000301" not in data
    again = write_report(real.meta, FINDINGS, {u: real.datasets[u] for u in sources}, ABOUT)
    assert saved(again) == data


def answered(*rows: tuple[str, str]) -> Any:
    """A report that was written and opened again, and its answers: the name's code, and the
    value's or the text."""
    phantom = small_phantom(1, 4, 3)
    sources = {str(d.SOPInstanceUID): d for d in islice(cine_datasets(phantom), 1)}
    findings = [Finding("R-1", "reader", name, text=text) for name, text in rows]
    back = dcmread(BytesIO(saved(write_report(phantom.meta, findings, sources, ABOUT))))
    (group,) = _groups(back)
    found = []
    for item in group.ContentSequence:
        name = item.get("ConceptNameCodeSequence", [None])[0]
        if name is None or name.CodingSchemeDesignator != "99ACCORD":
            continue
        value = item.TextValue if item.ValueType == "TEXT" else item.ConceptCodeSequence[0]
        found.append((name, value))
    return back, found


def test_answers_are_kept_in_any_script() -> None:
    back, found = answered(
        ("where", "R\u00fcckwand gr\u00f6\u00dfer \u03b1"), ("who", "\u5c0f\u5ddd")
    )
    assert back.SpecificCharacterSet == "ISO_IR 192"
    assert {value for _, value in found} == {
        "R\u00fcckwand gr\u00f6\u00dfer \u03b1",
        "\u5c0f\u5ddd",
    }


def test_long_codes_stay_apart_and_texts_whole() -> None:
    name, option = "segmental_wall_motion_", "mildly_hypokinetic_"
    text = "akinetic\\dyskinetic\n" + "at rest and under stress; " * 75
    _, found = answered(
        ("short", "dilated"),
        (f"{name}basal", f"{option}anterior"),
        (f"{name}mid", f"{option}posterior"),
        (f"{name}apical", text),
        ("several", '["a","b"]'),
        ("empty", ""),
    )
    values = {name.CodeMeaning: value for name, value in found}
    assert set(values) == {
        "short",
        "several",
        "empty",
        *(f"{name}{x}" for x in ("basal", "mid", "apical")),
    }
    assert len({name.CodeValue for name, _ in found}) == len(found)
    assert values.pop(f"{name}apical") == text.rstrip()
    assert (values.pop("several"), values.pop("empty")) == ('["a","b"]', "-")
    codes = [*(name for name, _ in found), *values.values()]
    assert max(len(code.CodeValue) for code in codes) <= 16
    assert values["short"].CodeValue == "dilated"
    basal, mid = values[f"{name}basal"], values[f"{name}mid"]
    assert (basal.CodeMeaning, mid.CodeMeaning) == (f"{option}anterior", f"{option}posterior")
    assert basal.CodeValue != mid.CodeValue


def test_numbers_of_an_assumed_spacing_say_so_in_every_group(real: Real) -> None:
    sources = {u: real.datasets[u] for u in [real.meta.frames[0][ED].sop_instance_uid]}  # type: ignore[union-attr]
    for assumed in (False, True):
        meta = replace(real.meta, spacing_assumed=assumed)
        back = dcmread(BytesIO(saved(write_report(meta, FINDINGS, sources, ABOUT))))
        marked = []
        for group in _groups(back):
            items = group.ContentSequence
            codes = [c.ConceptNameCodeSequence[0] for c in items if "ConceptNameCodeSequence" in c]
            marks = [c for c in codes if c.CodeValue == "SPACING-ASSUMED"]
            assert {c.CodingSchemeDesignator for c in marks} <= {"99ACCORD"}
            marked.append((any(c.ValueType == "NUM" for c in items), len(marks)))
        assert sorted(marked) == [(False, 0), *[(True, int(assumed))] * 3]


def test_codes_are_those_of_the_standard() -> None:
    """A second list of DICOM's codes, pydicom's: each code that isn't local is there and means that."""
    known = {
        code: meaning
        for names in _concepts_dict.concepts["LN"].values()
        for code, (meaning, _) in names.items()
    }
    for concept in MEASURED.values():
        if concept.scheme_designator == "LN":
            assert known[concept.value].lower() == concept.meaning.lower()
        else:
            assert concept.scheme_designator == "99ACCORD"
