"""Settling: one adjudicator begins, and works on a read of their own."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.adjudication.errors import AdjudicationClosed, AdjudicationTaken, NotStarted
from portal.adjudication.models import Adjudication
from portal.adjudication.selectors import source_reads
from portal.adjudication.services.proposing import propose
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core.errors import NotAllowed
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.blinding import adjudicable_cases
from portal.reads.models import Read, ReadPurpose, ReadState
from portal.reads.services.readers import reader_of


@transaction.atomic
def start_adjudication(*, by: User, adjudication: Adjudication) -> Read:
    """Take the case on. Whoever comes first has it; for them a second call answers the same. Where
    the readings agree, the protocol's rule proposes the reference."""
    require_adjudicator(by, adjudication)
    Case.objects.select_for_update(no_key=True).get(pk=adjudication.case_id)
    # as it is now, not as it was looked up: a late draft may have had the case compared again
    row = Adjudication.objects.select_for_update(of=("self",), no_key=True).get(pk=adjudication.pk)
    if row.adjudicator_id is not None:
        if row.adjudicator_id == by.pk and row.read is not None:
            return row.read
        raise AdjudicationTaken()
    if row.signed_at is not None or row.voided_at is not None:
        raise AdjudicationClosed()
    read = _own_read(by, row)
    taken = Adjudication.objects.filter(
        pk=row.pk, adjudicator__isnull=True, voided_at__isnull=True
    ).update(adjudicator=by, read=read)
    if not taken:
        raise AdjudicationTaken()
    proposed = propose(by=by, adjudication=row, read=read)
    record_in_project(
        project_id=row.case.project_id,
        by=by,
        action="adjudication.started",
        target_type="adjudication",
        target_id=row.pk,
        details={"case": str(row.case_id), "proposed": proposed},
    )
    return read


def _own_read(by: User, adjudication: Adjudication) -> Read:
    first = next(iter(source_reads(adjudication).values()))
    reader = reader_of(by)
    return Read.objects.create(
        case_id=adjudication.case_id,
        protocol_version_id=first.protocol_version_id,
        reader=reader,
        repeat=Read.objects.filter(
            case_id=adjudication.case_id, reader=reader, purpose=ReadPurpose.ADJUDICATION
        ).count(),
        purpose=ReadPurpose.ADJUDICATION,
        stack_id=first.stack_id,
        state=ReadState.IN_PROGRESS,
        started_at=timezone.now(),
    )


def require_adjudicator(by: User, adjudication: Adjudication) -> None:
    """An adjudicator of the project who is not a reader of the case."""
    require(by, Permission.ADJUDICATE, adjudication.case.project_id)
    if not adjudicable_cases(by).filter(pk=adjudication.case_id).exists():
        raise NotAllowed("Whoever has read a case can't adjudicate it.")


def own_open_read(by: User, adjudication: Adjudication) -> Read:
    """The adjudicator's read of an adjudication that they have started and not signed."""
    require_adjudicator(by, adjudication)
    row = Adjudication.objects.get(pk=adjudication.pk)
    if row.signed_at is not None or row.voided_at is not None:
        raise AdjudicationClosed()
    if row.adjudicator_id is not None and row.adjudicator_id != by.pk:
        raise AdjudicationTaken()
    if row.read_id is None:
        raise NotStarted()
    return Read.objects.select_related(
        "reader", "stack", "protocol_version__protocol", "case__project"
    ).get(pk=row.read_id)
