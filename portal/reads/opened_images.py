"""Which images reading and settling open to a person, and under which names. The cases and reads
behind it are those of ``portal.reads.blinding``."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Q, QuerySet

from portal.accounts.models import User
from portal.imaging.access import Assigned, sees_everything
from portal.imaging.aliases import OWN, Names
from portal.imaging.models import Study
from portal.projects.models import Project
from portal.reads.blinding import adjudicable_cases, own_reads, tabled_cases
from portal.reads.models import READ_BY_READERS, Read, ReadState, alias_of


def studies_opened_by_name(user: User) -> QuerySet[Study]:
    """Studies whose images settling or a meeting opens to this person: there the case is known by
    its label, so that its images have their own names."""
    return Study.objects.filter(
        Q(case__in=adjudicable_cases(user)) | Q(case__in=tabled_cases(user))
    )


def studies_opened_by_reads(user: User, project: Project) -> list[Assigned]:
    """Studies whose images reading opens to this person, each under the names of its read."""
    reads = (
        own_reads(user)
        .filter(purpose__in=READ_BY_READERS, case__project=project)
        .exclude(state=ReadState.WITHDRAWN)
    )
    of_case: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    studies = Study.objects.filter(case__in=reads.values("case"))
    for case_id, study_id, uid in studies.values_list("case_id", "pk", "study_uid"):
        of_case[case_id].append((study_id, uid))
    return [
        Assigned(read_id, alias_of(read_id), study_id, uid)
        for read_id, case_id in reads.values_list("pk", "case_id")
        for study_id, uid in of_case[case_id]
    ]


def names_for(user: User, read: Read) -> Names:
    """What this person hears things of the read called: its reader by the assignment's aliases,
    unless their role opens all images as stored anyway; everybody else by their own names."""
    mine = read.reader.user_id == user.pk and read.purpose in READ_BY_READERS
    if not mine or sees_everything(user, read.case.project):
        return OWN
    return Names(read.pk)
