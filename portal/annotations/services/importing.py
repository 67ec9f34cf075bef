"""Annotations made elsewhere become a read of their own: origin imported, state auto.

Like a model's draft, such a read counts for nothing until a person takes something from it; who may
see it is decided by ``portal.reads.blinding``.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from cmrkit.annotations_in import (
    AnnotationFile,
    ImportedContour,
    ImportedLabels,
    Note,
    Options,
    Targets,
    read_annotations,
)
from cmrkit.contracts import StackMeta
from portal.accounts.models import User
from portal.annotations.content import ContourKey, Parts, frame_positions, within
from portal.annotations.errors import NothingImported, NothingToAnnotate, SourceNeeded
from portal.annotations.models import Annotation, AnnotationImport, Origin, State
from portal.annotations.selectors import key_of
from portal.annotations.services.writing import Writer
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core.events import publish_changed
from portal.imaging.models import Instance, Stack
from portal.imaging.uids import stored_uid
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.protocols.selectors import rules_of
from portal.protocols.services.protocols import freeze
from portal.reads.blinding import progress_watchers
from portal.reads.models import Read, ReadPurpose, ReadState
from portal.reads.selectors import reading_stack, version_for_case
from portal.reads.services.readers import reader_of_source
from portal.storage.errors import FileTooLarge

MAX_FILE_BYTES = 256 << 20  # read into memory at once
MAX_LABEL = 120
DEFAULT_SOURCES = {
    "seg": "DICOM SEG",
    "rtstruct": "RTSTRUCT",
    "nifti": "NIfTI labels",
    "sunnybrook": "Sunnybrook contours",
    "cvi42": "cvi42 workspace",
}


def import_annotations(
    *,
    by: User,
    case: Case,
    file: AnnotationFile,
    sha256: str,
    source: str = "",
    options: Options | None = None,
) -> AnnotationImport:
    """Read a file onto the stack that the case is read on, and keep what it says.

    ``source`` names who made it; left empty, the form does. The same file again adds nothing.
    Raises the science's errors for files that can't be used, NothingToAnnotate, NothingImported.
    """
    require(by, Permission.IMPORT, case.project_id)
    stack = stack_of(case)
    labels = read_annotations(file, targets_of(stack), options)
    return store_imported(
        by=by, case=case, stack=stack, labels=labels, source=source, sha256=sha256
    )


def stack_of(case: Case) -> Stack:
    """The stack that a case is read on; raises NothingToAnnotate."""
    stack = reading_stack(case)
    if stack is None:
        raise NothingToAnnotate()
    return stack


def targets_of(stack: Stack) -> Targets:
    """The frames of a stack as the science's readers want them."""
    meta = StackMeta.from_json(stack.meta)
    known = {a[1] for row in stack.addresses for a in row if a} | {meta.frame_of_reference_uid}
    numbers = Instance.objects.filter(
        series__study_id=stack.study_id, sop_instance_uid__in=known, instance_number__isnull=False
    ).values_list("sop_instance_uid", "instance_number")
    project = stack.study.project

    def stored(uid: str) -> str:
        # a file made on what the portal gave out knows the stored UIDs already
        return uid if uid in known else stored_uid(project, uid)

    return Targets(meta, {uid: n for uid, n in numbers if n is not None}, stored)


@transaction.atomic
def store_imported(
    *, by: User, case: Case, stack: Stack, labels: ImportedLabels, source: str, sha256: str
) -> AnnotationImport:
    """Keep imported contours as the source's own read of the case. A frame and structure that an
    earlier file of the same source drew gets a new revision; what the file doesn't name stays."""
    require(by, Permission.IMPORT, case.project_id)
    label = source.strip() or DEFAULT_SOURCES.get(labels.kind, labels.kind)
    if len(label) > MAX_LABEL:
        raise SourceNeeded(source=[SourceNeeded.message])
    Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    read = _source_read(case, stack, label)
    wanted, notes = _usable(read, labels)
    if not wanted:
        raise NothingImported(notes=[asdict(note) for note in notes])
    written = _write(read, wanted, op_id=sha256)
    known = AnnotationImport.objects.filter(read=read, file_sha256=sha256).first()
    if known is not None and not written:
        return known
    Read.objects.filter(pk=read.pk).update(submitted_at=timezone.now())
    row, _ = AnnotationImport.objects.update_or_create(
        read=read,
        file_sha256=sha256,
        defaults={
            "form": labels.kind,
            "n_contours": len(wanted),
            "structures": sorted({key.structure for key in wanted}),
            "notes": [asdict(note) for note in notes],
            "imported_by": by,
        },
    )
    _record(by, case, row, written)
    return row


def _source_read(case: Case, stack: Stack, label: str) -> Read:
    """The source's read on that stack version; made on first use."""
    version = version_for_case(case)
    reader = reader_of_source(label)
    same = Read.objects.filter(
        case=case, protocol_version=version, reader=reader, purpose=ReadPurpose.IMPORTED
    )
    found = same.filter(stack=stack).first()
    if found is not None:
        return found
    freeze(version)
    now = timezone.now()
    return Read.objects.create(
        case=case,
        protocol_version=version,
        reader=reader,
        repeat=same.count(),
        purpose=ReadPurpose.IMPORTED,
        stack=stack,
        state=ReadState.SUBMITTED,
        started_at=now,
        submitted_at=now,
    )


def _usable(read: Read, labels: ImportedLabels) -> tuple[dict[ContourKey, Parts], list[Note]]:
    """Contours that this read can hold, by key; and the file's notes with those on the rest."""
    structures = set(rules_of(read.protocol_version).structures)
    frames = frame_positions(read.stack.addresses)
    rows, columns = read.stack.meta["rows"], read.stack.meta["columns"]
    wanted: dict[ContourKey, Parts] = {}
    left_out: dict[str, int] = {}
    for contour in labels.contours:
        key = ContourKey(contour.structure, contour.sop_instance_uid, contour.frame_number)
        parts = _parts(contour)
        if contour.structure not in structures:
            problem = "not_in_protocol"
        elif key.frame not in frames:
            problem = "unknown_image"
        elif not parts or not within(parts, rows=rows, columns=columns):
            problem = "outside_image"
        else:
            wanted[key] = wanted.get(key, []) + parts
            continue
        left_out[problem] = left_out.get(problem, 0) + 1
    extra = [Note(code, _LEFT_OUT[code], count) for code, count in sorted(left_out.items())]
    return wanted, [*labels.notes, *extra]


_LEFT_OUT = {
    "not_in_protocol": "Contours of structures that the protocol doesn't ask for.",
    "unknown_image": "Contours of images that aren't in the stack that is read.",
    "outside_image": "Contours that leave the image.",
}


def _parts(contour: ImportedContour) -> Parts:
    return [[[x, y] for x, y in part] for part in contour.parts if len(part) >= 3]


def _write(read: Read, wanted: dict[ContourKey, Parts], *, op_id: str) -> int:
    held = {key_of(row): row for row in Annotation.objects.filter(read=read)}
    writer = Writer(read, author_id=str(read.reader_id))
    for key in sorted(wanted):
        current = held.get(key)
        if current is not None and current.parts == wanted[key]:
            continue
        writer.put(
            current,
            key,
            parts=wanted[key],
            origin=Origin.IMPORTED,
            state=State.AUTO,
            model_label="",
            op_id=op_id,
        )
    return writer.flush()


def _record(by: User, case: Case, row: AnnotationImport, written: int) -> None:
    record_in_project(
        project_id=case.project_id,
        by=by,
        action="annotations.imported",
        target_type="read",
        target_id=row.read_id,
        details={
            "case": str(case.pk),
            "form": row.form,
            "file": row.file_sha256,
            "contours": row.n_contours,
            "revisions": written,
        },
    )
    publish_changed(
        user_ids=progress_watchers(case),
        model="case",
        object_id=case.pk,
        project=case.project.slug,
    )


def received(chunks: Iterable[bytes]) -> tuple[AnnotationFile, str]:
    """An uploaded file, told by its content, and its SHA-256. Raises FileTooLarge."""
    seen, size, pieces = hashlib.sha256(), 0, []
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            raise FileTooLarge()
        seen.update(chunk)
        pieces.append(chunk)
    return AnnotationFile.of_bytes(b"".join(pieces)), seen.hexdigest()
