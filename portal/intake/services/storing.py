"""One received DICOM file becomes an instance of its study, once."""

from pathlib import Path

from django.db import transaction

from cmrkit.dicomio import InstanceHeader
from cmrkit.phantom.dicom import MANUFACTURER
from portal.cases.models import Case
from portal.cases.services import case_for_new_study
from portal.imaging.models import Instance, Series, Study
from portal.projects.models import Project
from portal.storage.services import refer

_STUDY_TAGS = (
    "00080005", "00080020", "00080030", "00080050", "00080090", "00081030", "00100010",
    "00100020", "00100030", "00100040", "0020000D", "00200010",
)  # fmt: skip
_SERIES_TAGS = ("00080060", "0008103E", "0020000E", "00200011", "00080021", "00080031")


def find_instance(project: Project, header: InstanceHeader) -> Instance | None:
    """The instance of that UID in the project, if it was stored before."""
    return Instance.objects.filter(
        series__study__project=project, sop_instance_uid=header.sop_instance_uid
    ).first()


def store_instance(
    *,
    project: Project,
    header: InstanceHeader,
    draft: Path,
    sha256: str,
    size: int,
    procedure: str,
    label: str | None = None,
) -> Instance:
    """Write the instance and what it belongs to; a new study gets a case, or, where ``label`` is
    given, that label and no case. Call inside a transaction that holds the project's lock."""
    series = _series(_study(project, header, procedure, label), header)
    with transaction.atomic():
        return Instance.objects.create(
            series=series,
            sop_instance_uid=header.sop_instance_uid,
            sop_class_uid=header.sop_class_uid,
            transfer_syntax_uid=header.transfer_syntax_uid,
            instance_number=_whole(header.value("00200013")),
            rows=header.rows,
            columns=header.columns,
            n_frames=header.n_frames,
            frame_ranges=[list(r) for r in header.frame_ranges],
            metadata=header.metadata,
            blob=refer(draft=draft, sha256=sha256, size=size),
        )


def _whole(value: object) -> int | None:
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if abs(number) < 2**31 else None


def _study(project: Project, header: InstanceHeader, procedure: str, label: str | None) -> Study:
    study = Study.objects.filter(project=project, study_uid=header.study_uid).first()
    if study is None:
        case = None if label is not None else _case(project, header)
        study = Study.objects.create(
            project=project,
            case=case,
            study_uid=header.study_uid,
            label=case.label if case else label or "",
            study_date=str(header.value("00080020", "") or "")[:8],
            description=str(header.value("00081030", "") or ""),
            modality=header.modality,
            deid_procedure=procedure,
            metadata={t: header.metadata[t] for t in _STUDY_TAGS if t in header.metadata},
        )
    return study


def _case(project: Project, header: InstanceHeader) -> Case:
    phantom = str(header.value("00080070", "") or "") == MANUFACTURER
    return case_for_new_study(project=project, patient_key=header.patient_key, is_phantom=phantom)


def _series(study: Study, header: InstanceHeader) -> Series:
    series, _ = Series.objects.get_or_create(
        study=study,
        series_uid=header.series_uid,
        defaults={
            "modality": header.modality,
            "description": str(header.value("0008103E", "") or ""),
            "number": _whole(header.value("00200011")),
            "metadata": {t: header.metadata[t] for t in _SERIES_TAGS if t in header.metadata},
        },
    )
    return series
