"""DICOM Structured Report of measurements (TID 1500, PS3.16), with the author of each finding."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

from highdicom.sr import (
    CodedConcept,
    Comprehensive3DSR,
    DeviceObserverIdentifyingAttributes,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    PersonObserverIdentifyingAttributes,
    QualitativeEvaluation,
    RelationshipTypeValues,
    TextContentItem,
    TrackingIdentifier,
)
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from cmrkit.contracts import StackMeta
from cmrkit.dicomio.assumed import MEANINGS, SCHEME, Assumed
from cmrkit.errors import UnsupportedInput
from cmrkit.writers.dicom_seg import SegAbout
from cmrkit.writers.findings import UNITS, Finding
from cmrkit.writers.referring import date_from, uid_of

_LOCAL = "99ACCORD"
_LV, _RV = codes.SCT.LeftVentricle, codes.SCT.RightVentricle
# LOINC as in the context groups 3468, 3469 and 3833 (PS3.16); a local code says so by its
# scheme
MEASURED: dict[str, CodedConcept] = {
    "edv_ml": CodedConcept("8821-1", "LN", "Left Ventricular ED Volume"),
    "esv_ml": CodedConcept("8823-7", "LN", "Left Ventricular ES Volume"),
    "sv_ml": CodedConcept("LV_SV", _LOCAL, "Left Ventricular Stroke Volume"),
    "ef_percent": CodedConcept("8811-2", "LN", "Left ventricular ejection fraction by MR"),
    "mass_g": CodedConcept("LV_MASS", _LOCAL, "Left Ventricular Mass"),
    "rv_edv_ml": CodedConcept("8822-9", "LN", "Right Ventricular ED Volume"),
    "rv_esv_ml": CodedConcept("8824-5", "LN", "Right Ventricular ES Volume"),
    "rv_sv_ml": CodedConcept("RV_SV", _LOCAL, "Right Ventricular Stroke Volume"),
    "rv_ef_percent": CodedConcept("8818-7", "LN", "Right ventricular ejection fraction by MR"),
}
_UNITS = {
    "mL": CodedConcept("mL", "UCUM", "milliliter"),
    "%": CodedConcept("%", "UCUM", "percent"),
    "g": CodedConcept("g", "UCUM", "gram"),
}
_MOST_CODE, _MOST_MEANING = 16, 64  # characters of SH and LO (PS3.5 6.2)
_A_CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")  # as protocols write questions and options
_NO_MEANING = re.compile(r"[\\\x00-\x1f\x7f-\x9f]+")  # LO: a backslash parts two values
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # UT: lines and tabs may stay


def write_report(
    meta: StackMeta, findings: Sequence[Finding], sources: Mapping[str, Dataset], about: SegAbout
) -> Comprehensive3DSR:
    """One report of a case: a measurement group per author and ventricle, and one per author with
    the answers: a code's as a code, anything else as text. Where the stack's spacing is assumed
    each group of measurements says so.

    The author stands in every group as observer context of its own (``HAS OBS CONTEXT``), which
    overrides the report's: a person under a pseudonym, and Accord's AI as a device where it drafted
    what the person accepted. ``sources`` are the instances that were measured, as evidence; numbers
    are written as they are (16 characters, PS3.5 DS).

    Raises UnsupportedInput without a finding or an instance.
    """
    if not findings or not sources:
        raise UnsupportedInput("A report needs a finding and the images that it is about.")
    evidence = [_stand_in(source, meta, about) for _, source in sorted(sources.items())]
    grouped = sorted(_by_group(findings).items())
    groups = [_group(key, about, rows, assumed=meta.spacing_assumed) for key, rows in grouped]
    report = MeasurementReport(
        observation_context=ObservationContext(
            observer_device_context=_device("Accord", about.content_digest)
        ),
        procedure_reported=CodedConcept("241620005", "SCT", "MRI of heart"),
        imaging_measurements=groups,
        title=codes.DCM.ImagingMeasurementReport,
    )
    written = hashlib.sha256(repr(grouped).encode()).hexdigest()
    named = f"{about.name}|sr|{written}"
    made = Comprehensive3DSR(
        evidence=evidence,
        content=report[0],
        series_instance_uid=uid_of(f"{about.name}|sr|series"),
        series_number=about.series_number + 2,
        sop_instance_uid=uid_of(named),
        instance_number=1,
        manufacturer="Accord",
        manufacturer_model_name="Accord",
        software_versions=about.software_version,
        is_complete=True,
        is_verified=False,
        record_evidence=True,
        series_description="Accord reference, measurements",
    )
    date_from(made, about.made_at)
    return made


def _by_group(findings: Iterable[Finding]) -> dict[tuple[str, str], list[Finding]]:
    """By author, and what it is about: ``answers``, ``lv`` or ``rv``."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for row in findings:
        about = "answers" if row.value is None else ("rv" if row.name.startswith("rv_") else "lv")
        found.setdefault((row.author, about), []).append(row)
    return found


def _group(
    key: tuple[str, str], about: SegAbout, rows: list[Finding], *, assumed: bool
) -> MeasurementsAndQualitativeEvaluations:
    author, what = key
    name = f"{author} {what}"
    answers = [row for row in rows if row.value is None]
    evaluations = [
        QualitativeEvaluation(name=_concept(row.name), value=_concept(row.text))
        for row in answers
        if _A_CODE.fullmatch(row.text)
    ]
    if assumed and what != "answers":
        evaluations.append(_spacing_assumed())
    made = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(
            uid=uid_of(f"{about.content_digest}|{name}"), identifier=name
        ),
        finding_type=None if what == "answers" else (_RV if what == "rv" else _LV),
        measurements=[_measurement(row) for row in rows if row.value is not None],
        qualitative_evaluations=evaluations,
    )
    context = ObserverContext(
        observer_type=codes.DCM.Person,
        observer_identifying_attributes=PersonObserverIdentifyingAttributes(
            name=f"{author}^", organization_name="Accord", role_in_procedure=None
        ),
    )
    made[0].ContentSequence.extend(_written(answers))
    items = list(context)
    if any(row.drafted_by_ai for row in rows):
        items += list(_device("Accord AI draft", f"{about.content_digest}|ai"))
    for item in items:
        item.RelationshipType = RelationshipTypeValues.HAS_OBS_CONTEXT.value
        made[0].ContentSequence.append(item)
    return made


def _written(answers: Iterable[Finding]) -> list[TextContentItem]:
    """What isn't a code, whole; TID 1501 is extensible."""
    return [
        TextContentItem(
            name=_concept(row.name),
            value=_NO_TEXT.sub(" ", row.text) or "-",
            relationship_type=RelationshipTypeValues.CONTAINS,
        )
        for row in answers
        if not _A_CODE.fullmatch(row.text)
    ]


def _concept(code: str) -> CodedConcept:
    """A protocol's code. One that is too long for a code's value is shortened so that two don't
    become one; the meaning has it whole."""
    value = code
    if len(code) > _MOST_CODE:
        value = f"{code[:7]}_{hashlib.sha256(code.encode()).hexdigest()[:8]}"
    return CodedConcept(value, _LOCAL, _NO_MEANING.sub(" ", code)[:_MOST_MEANING])


def _spacing_assumed() -> QualitativeEvaluation:
    """What the images are marked with too: every mL and g of the group follows from it."""
    name = CodedConcept(str(Assumed.SPACING), SCHEME, MEANINGS[Assumed.SPACING])
    return QualitativeEvaluation(name=name, value=codes.SCT.Yes)


def _measurement(row: Finding) -> Measurement:
    if row.name not in MEASURED or row.value is None:
        raise UnsupportedInput(f"No code here for {row.name}.")
    concept = MEASURED[row.name]
    return Measurement(name=concept, value=row.value, unit=_UNITS[UNITS[row.name]])


def _device(name: str, uid_name: str) -> ObserverContext:
    return ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=DeviceObserverIdentifyingAttributes(
            uid=uid_of(f"{uid_name}|device"), name=name, manufacturer_name="Accord"
        ),
    )


def _stand_in(source: Dataset, meta: StackMeta, about: SegAbout) -> Dataset:
    """The source as evidence, of the pseudonym instead of the patient."""
    out = Dataset()
    out.SpecificCharacterSet = "ISO_IR 192"  # highdicom copies it, and answers are in any script
    out.PatientID, out.PatientName = about.subject, about.subject
    out.PatientBirthDate, out.PatientSex = "", ""
    out.StudyDate, out.StudyTime, out.StudyID, out.AccessionNumber = "", "", "", ""
    out.StudyInstanceUID = source.StudyInstanceUID
    out.SeriesInstanceUID = source.SeriesInstanceUID
    out.SOPClassUID, out.SOPInstanceUID = source.SOPClassUID, source.SOPInstanceUID
    out.Modality, out.FrameOfReferenceUID = "MR", meta.frame_of_reference_uid
    return out
