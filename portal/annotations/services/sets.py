"""Research sets: images through the door that all images take, then the labels beside them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from cmrkit.annotations_in import ImportedContour, ImportedLabels, contours_of_labels
from cmrkit.annotations_in.model import Note, Notes
from cmrkit.contracts import FrameRef
from cmrkit.convert import ConvertedStudy, LoadedItem, SetItem, convert_study
from cmrkit.errors import CmrkitError
from portal.accounts.models import User
from portal.annotations.services.importing import stack_of, store_imported
from portal.cases.models import Case
from portal.core.errors import DomainError
from portal.imaging.uids import stored_uid
from portal.intake.models import ImportBatch, ImportOutcome
from portal.intake.selectors import studies_of
from portal.intake.services.batches import finish_import, start_import
from portal.intake.services.receiving import receive_files
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require


@dataclass
class SetOutcome:
    """What became of one case of a set. ``item`` is the set's own name for it: for the person who
    imports, never for logs or audit."""

    item: str
    case: str = ""
    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    contours: int = 0
    notes: list[Note] = field(default_factory=list)
    code: str = ""
    message: str = ""


def import_set_item(
    *, by: User, project: Project, item: SetItem, source: str, label: str = ""
) -> SetOutcome:
    """One case of a set: convert, import, attach its labels. ``label`` names the import batch. A
    case that can't be used is answered with the reason, so that the others go on."""
    require(by, Permission.IMPORT, project)
    outcome = SetOutcome(item.name)
    try:
        _import(by, project, item.load(), source, label, outcome)
    except (CmrkitError, DomainError) as error:
        outcome.code, outcome.message = error.code, str(error)
    return outcome


def _import(
    by: User, project: Project, loaded: LoadedItem, source: str, label: str, outcome: SetOutcome
) -> None:
    study = convert_study(loaded.series, loaded.about)
    outcome.notes += loaded.notes
    batch = _import_images(by, project, study, label)
    counts = {name: batch.items.filter(outcome=name).count() for name in ImportOutcome.values}
    outcome.stored = counts[ImportOutcome.STORED]
    outcome.duplicate = counts[ImportOutcome.DUPLICATE]
    outcome.quarantined = counts[ImportOutcome.QUARANTINED]
    case = _case_of(batch)
    if case is None:
        refused = batch.items.filter(outcome=ImportOutcome.QUARANTINED).first()
        outcome.code = refused.code if refused else "no_case"
        outcome.message = refused.message if refused else "The import made no case."
        return
    outcome.case = case.label
    if loaded.labels:
        labels = _labels(project, study, loaded)
        row = store_imported(
            by=by,
            case=case,
            stack=stack_of(case),
            labels=labels,
            source=source,
            sha256=_digest(study, loaded),
        )
        outcome.contours = row.n_contours
        outcome.notes = [Note(**note) for note in row.notes]


def _import_images(by: User, project: Project, study: ConvertedStudy, label: str) -> ImportBatch:
    n_files = sum(len(row) for series in study.refs for row in series)
    batch = start_import(by=by, project=project, label=label, expected_files=n_files)
    files = ((n, [_bytes(dataset)]) for n, dataset in enumerate(study.datasets()))
    for _ in receive_files(batch=batch, files=files):
        pass  # each group is stored before the next one is made
    return finish_import(by=by, batch=batch)


def _bytes(dataset: Any) -> bytes:
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def _case_of(batch: ImportBatch) -> Case | None:
    """The case of the study that the batch's files are of, new or known."""
    study = studies_of(batch).select_related("case__project").first()
    return study.case if study else None


def _labels(project: Project, study: ConvertedStudy, loaded: LoadedItem) -> ImportedLabels:
    notes = Notes()
    contours = tuple(_contours(project, study, loaded, notes))
    return ImportedLabels("set", contours, (*loaded.notes, *notes.all()))


def _contours(
    project: Project, study: ConvertedStudy, loaded: LoadedItem, notes: Notes
) -> Iterator[ImportedContour]:
    """Labels by the frames that their voxels became, under the UIDs that are stored."""
    for labelled in loaded.labels:
        refs = [
            FrameRef(
                stored_uid(project, row[labelled.phase_index].sop_instance_uid),
                row[labelled.phase_index].frame_number,
            )
            for row in study.refs[0]
        ]
        yield from contours_of_labels(labelled.values, refs, labelled.meanings, notes)


def _digest(study: ConvertedStudy, loaded: LoadedItem) -> str:
    """The hash that stands for a file's: of the study, the labels and their meanings."""
    seen = hashlib.sha256(study.study_uid.encode())
    for labelled in loaded.labels:
        meanings = sorted((value, str(tissue)) for value, tissue in labelled.meanings.items())
        seen.update(repr((labelled.phase_index, labelled.values.shape, meanings)).encode())
        seen.update(labelled.values.astype("<i4").tobytes())
    return seen.hexdigest()
