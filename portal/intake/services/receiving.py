"""Files of an import, taken in one by one or in groups.

A file counts as received when it is on the disk and in the database: what was answered is never
lost, and what was not answered is sent again, without harm.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from django.db import DataError, transaction

from portal.intake.errors import DeidentificationChanged, ImportFinished, SourceUnreadable
from portal.intake.models import ImportBatch, ImportItem, ImportOutcome, ImportState
from portal.intake.services import quarantine
from portal.intake.services.indexing import duplicate_of, index, refused
from portal.intake.services.preparing import UNREAD, Candidate, SentNames, prepare, sent_names
from portal.intake.vault.spool import Spooled, spool
from portal.projects.models import Project
from portal.storage.errors import FileTooLarge
from portal.storage.files import settle_all

GROUP_FILES, GROUP_BYTES = 64, 64 << 20
_UNSTORABLE = (
    "unreadable_dicom",
    "The file holds values that can't be stored. Export it again.",
)
_REFUSED_BY_DATABASE = (DataError, UnicodeError)
Chunks = Iterable[bytes]


@dataclass(frozen=True)
class Taken:
    """What became of one file, and what its sender calls it."""

    item: ImportItem
    sent: SentNames


def receive_file(
    *, batch: ImportBatch, sequence: int, chunks: Chunks, into_case: bool = True
) -> ImportItem:
    """Take one file in; with ``into_case`` a study seen for the first time becomes a case to read.
    The same sequence number again answers what became of it the first time, so a lost connection
    is mended by sending again."""
    known = ImportItem.objects.filter(batch=batch, sequence=sequence).first()
    if known is not None:
        return known
    (taken,) = receive_files(batch=batch, files=[(sequence, chunks)], into_case=into_case)
    return taken.item


def receive_files(
    *,
    batch: ImportBatch,
    files: Iterable[tuple[int, Chunks]],
    into_case: bool = True,
    study_uid: str = "",
    keep_going: bool = False,
) -> Iterator[Taken]:
    """Take many files in, as they come. They are written in groups: each group is stored whole
    before its items are answered, and memory holds one group at most. With ``study_uid`` files of
    other studies are refused. A file whose bytes can't be taken in raises, or, with ``keep_going``,
    is written down and the rest goes on."""
    if batch.state == ImportState.FINISHED:
        raise ImportFinished()
    group: list[tuple[int, Spooled]] = []
    try:
        for sequence, chunks in files:
            try:
                group.append((sequence, spool(chunks)))
            except (FileTooLarge, SourceUnreadable) as error:
                if not keep_going:
                    raise
                item = refuse_file(
                    batch=batch, sequence=sequence, code=error.code, message=str(error)
                )
                yield Taken(item, UNREAD)
            if len(group) == GROUP_FILES or sum(s.size for _, s in group) > GROUP_BYTES:
                done, group = group, []
                yield from _take(batch, done, into_case, study_uid)
        if group:
            done, group = group, []
            yield from _take(batch, done, into_case, study_uid)
    finally:
        for _, received in group:
            received.discard()


def skip_known(*, batch: ImportBatch, hashes: dict[int, str]) -> list[int]:
    """Files, by number and SHA-256, that need not be sent because their very bytes are stored: each
    is written down as a duplicate. Answers their numbers."""
    if batch.state == ImportState.FINISHED:
        raise ImportFinished()
    stored = _stored_before(batch.project, set(hashes.values()))
    known = {n: stored[sha256] for n, sha256 in hashes.items() if sha256 in stored}
    items = [duplicate_of(batch, n, earlier) for n, earlier in known.items()]
    if items:
        _write_together(batch, [], items, into_case=True)
    return sorted(known)


def _take(
    batch: ImportBatch, received: list[tuple[int, Spooled]], into_case: bool, study_uid: str
) -> list[Taken]:
    """One group: what is known is answered, the rest is prepared and then written together."""
    with ExitStack() as held:
        for _, file in received:
            held.enter_context(file)
        # the procedure that cleans must be the project's own still when the group is written
        batch.project.refresh_from_db(fields=["deid_procedure"])
        stored = _stored_before(batch.project, {file.sha256 for _, file in received})
        again, candidates, sent = [], [], {}
        for sequence, file in received:
            earlier = stored.get(file.sha256)
            if earlier is not None:
                again.append(duplicate_of(batch, sequence, earlier))
                sent[sequence] = sent_names(file)
            else:
                candidate = held.enter_context(
                    prepare(batch.project, sequence, file, generated=not into_case)
                )
                _check_study(candidate, study_uid)
                candidates.append(candidate)
                sent[sequence] = candidate.sent
        settle_all([c.draft for c in candidates if c.ready and c.draft])
        items = _write(batch, candidates, again, into_case)
        return [Taken(item, sent[item.sequence]) for item in items]


def _check_study(candidate: Candidate, study_uid: str) -> None:
    header = candidate.ready
    if study_uid and header and study_uid not in (candidate.sent.study_uid, header.study_uid):
        candidate.problem = (
            "other_study",
            "The file belongs to another study than the address says. Send it to its own.",
        )


def _stored_before(project: Project, hashes: set[str]) -> dict[str, ImportItem]:
    """Items of earlier files with the very same bytes that are stored still."""
    rows = ImportItem.objects.filter(
        batch__project=project,
        sha256__in=hashes,
        outcome=ImportOutcome.STORED,
        instance__isnull=False,
    )
    return {row.sha256: row for row in rows}


def _write(
    batch: ImportBatch, candidates: list[Candidate], again: list[ImportItem], into_case: bool
) -> list[ImportItem]:
    try:
        return _write_together(batch, candidates, again, into_case)
    except _REFUSED_BY_DATABASE:
        # one file must not take its neighbours with it
        items = _write_together(batch, [], again, into_case)
        for candidate in candidates:
            try:
                items += _write_together(batch, [candidate], [], into_case)
            except _REFUSED_BY_DATABASE:
                candidate.problem = _UNSTORABLE
                items += _write_together(batch, [candidate], [], into_case)
        return sorted(items, key=lambda i: i.sequence)


@transaction.atomic
def _write_together(
    batch: ImportBatch, candidates: list[Candidate], again: list[ImportItem], into_case: bool
) -> list[ImportItem]:
    # one writer per project: studies, cases and labels are made here
    project = Project.objects.select_for_update().get(pk=batch.project_id)
    if project.deid_procedure != batch.project.deid_procedure:
        raise DeidentificationChanged()
    numbers = [c.sequence for c in candidates] + [i.sequence for i in again]
    answered = {i.sequence: i for i in batch.items.filter(sequence__in=numbers)}
    candidates = [c for c in candidates if c.sequence not in answered]
    again = [i for i in again if i.sequence not in answered]
    group = index(batch, candidates, into_case=into_case)
    ImportItem.objects.bulk_create(again)
    for item, candidate in zip(group.items, candidates, strict=True):
        if item.outcome == ImportOutcome.QUARANTINED:
            quarantine.keep(item, candidate)
    found = {i.sequence: i for i in (*answered.values(), *again, *group.items)}
    return [found[n] for n in sorted(found)]


def refuse_file(*, batch: ImportBatch, sequence: int, code: str, message: str) -> ImportItem:
    """Write down a file whose bytes could not be taken in at all."""
    item = refused(ImportItem(batch=batch, sequence=sequence, sha256="", size=0), (code, message))
    item.save()
    return item
