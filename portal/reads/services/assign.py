"""Assigning reads by hand: cases × people, with a code for each pair that can't be."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from portal.accounts.models import User
from portal.accounts.services.notifications import notify
from portal.audit.services import record_in_project
from portal.cases.models import Case
from portal.core.errors import InvalidInput
from portal.core.events import publish_changed
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.protocols.selectors import rules_of
from portal.reads.blinding import progress_watchers
from portal.reads.eligibility import MESSAGES, Standing, people_refused, standings
from portal.reads.hooks import ReadEvent, run_read_hooks
from portal.reads.models import Read
from portal.reads.services.giving import Gift, last_positions, make_reads

MAX_CASES, MAX_PEOPLE = 500, 20


@dataclass(frozen=True)
class Skipped:
    """A pair that was left out, with the reason."""

    case_id: UUID
    user_id: UUID
    code: str

    @property
    def message(self) -> str:
        return MESSAGES[self.code]


@dataclass
class Assigned:
    created: list[Read] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def assign_reads(
    *, by: User, project: Project, case_ids: Sequence[UUID], user_ids: Sequence[UUID]
) -> Assigned:
    """Give each case to each person, as far as the rules allow; all in one transaction."""
    require(by, Permission.ASSIGN_READS, project)
    if not case_ids or not user_ids or len(case_ids) > MAX_CASES or len(user_ids) > MAX_PEOPLE:
        raise InvalidInput(
            case_ids=[f"Choose 1 to {MAX_CASES} cases and 1 to {MAX_PEOPLE} people."]
        )
    people = {user.pk: user for user in User.objects.filter(pk__in=user_ids)}
    outcome = Assigned()
    with transaction.atomic():
        # the lock on the case keeps two coordinators from giving it to one reader too many
        found = standings(project, lock_cases(project, case_ids))
        refused = people_refused(project, user_ids)
        gifts: list[tuple[Standing, UUID]] = []
        for case_id in dict.fromkeys(case_ids):
            standing = found.get(case_id)
            for user_id in dict.fromkeys(user_ids):
                code = _refusal(standing, refused, user_id)
                if code or standing is None:
                    outcome.skipped.append(Skipped(case_id, user_id, code or "unknown_case"))
                else:
                    standing.take(user_id)
                    gifts.append((standing, user_id))
        taking = {user_id: people[user_id] for _, user_id in gifts}
        outcome.created = make_reads(project, placed(project, gifts), taking)
        for read in outcome.created:
            run_read_hooks(ReadEvent.ASSIGNED, read)
        for read in outcome.created:
            _record_and_tell(by, read)
    return outcome


def lock_cases(project: Project, case_ids: Sequence[UUID] | None = None) -> list[Case]:
    """Cases of the project (all of them, or those named), locked in one order."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True).filter(project=project)
    if case_ids is not None:
        rows = rows.filter(pk__in=case_ids)
    return list(rows.select_related("project", "visit__subject").order_by("pk"))


def placed(project: Project, pairs: Sequence[tuple[Standing, UUID]]) -> list[Gift]:
    """At the end of each person's list, in the order that the protocol asks for."""
    ends = last_positions(project, {user_id for _, user_id in pairs})
    line = sorted(pairs, key=lambda pair: pair[0].case.label)
    shuffled = list(line)
    random.Random(secrets.randbits(64)).shuffle(shuffled)
    gifts = []
    for standing, user_id in shuffled if _at_random(line) else line:
        ends[user_id] = ends.get(user_id, 0) + 1
        gifts.append(Gift(standing, user_id, ends[user_id]))
    return gifts


def _at_random(pairs: Sequence[tuple[Standing, UUID]]) -> bool:
    return any(rules_of(standing.version).order["kind"] == "random" for standing, _ in pairs[:1])


def _refusal(standing: Standing | None, refused: dict[UUID, str], user_id: UUID) -> str | None:
    if standing is None:
        return "unknown_case"
    return refused.get(user_id) or standing.refusal(user_id)


def _record_and_tell(by: User, read: Read) -> None:
    case, reader_id = read.case, read.reader.user_id
    assert reader_id is not None
    record_in_project(
        project_id=case.project_id,
        by=by,
        action="read.assigned",
        target_type="read",
        target_id=read.pk,
        details={
            "case": str(case.pk),
            "reader": str(reader_id),
            "protocol": read.protocol_version.number,
        },
    )
    tell_reader(read)
    publish_changed(
        user_ids=progress_watchers(case),
        model="case",
        object_id=case.pk,
        project=case.project.slug,
    )


def tell_reader(read: Read) -> None:
    """The words are the same for a first and a second reading."""
    assert read.reader.user_id is not None
    slug = read.case.project.slug
    notify(
        user_ids=[read.reader.user_id],
        kind="read_assigned",
        text=f"{read.alias} is yours to read.",
        href=f"/read/{read.pk}",
        project=slug,
    )
    publish_changed(user_ids=[read.reader.user_id], model="read", object_id=read.pk, project=slug)
