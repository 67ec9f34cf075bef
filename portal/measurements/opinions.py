"""First opinions beside final ones, for those to whom the readings lie open."""

from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.projects.models import Project
from portal.projects.roles import Permission
from portal.projects.selectors import require
from portal.reads.blinding import visible_reads
from portal.reads.models import ReadPurpose, ReadState


@dataclass(frozen=True)
class OpinionRow:
    """``time_to_first_s``: from the first save to the first opinion; ``time_to_final_s``: from
    there to the final submit."""

    case: str
    reader: str
    time_to_first_s: float | None
    time_to_final_s: float
    numbers: dict[str, Any]
    answers: list[dict[str, Any]]
    beyond: list[str]
    contours_changed: int
    reason: str


def opinions_in(user: User, project: Project) -> list[OpinionRow]:
    """Of cases whose reads are all in; second readings are left to the statistics."""
    require(user, Permission.VIEW_PROGRESS, project)
    reads = (
        visible_reads(user)
        .filter(
            case__project=project,
            purpose=ReadPurpose.READING,
            state=ReadState.SUBMITTED,
            duplicate=False,
            first_opinion__change__isnull=False,
        )
        .exclude(reader__user=user)
        .select_related("case", "reader__user", "first_opinion")
        .order_by("case__label", "pk")
    )
    rows = []
    for read in reads:
        first = read.first_opinion
        change = first.change or {}
        assert read.submitted_at is not None
        to_first = (first.submitted_at - read.started_at) if read.started_at else None
        rows.append(
            OpinionRow(
                case=read.case.label,
                reader=read.reader.user.display_name if read.reader.user else read.reader.label,
                time_to_first_s=to_first.total_seconds() if to_first else None,
                time_to_final_s=(read.submitted_at - first.submitted_at).total_seconds(),
                numbers=change["numbers"],
                answers=change["answers"],
                beyond=change["beyond"],
                contours_changed=change["contours"],
                reason=first.reason,
            )
        )
    return rows
