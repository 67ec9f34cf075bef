"""Keeping what was decided: one standing decision per cell, each with its author and reason."""

from collections.abc import Mapping

from portal.accounts.models import User
from portal.adjudication.models import Adjudication, Decision
from portal.annotations.content import ContourKey
from portal.annotations.services.copying import Change


def cell_of(row: Decision) -> ContourKey:
    return ContourKey(row.structure, row.sop_instance_uid, row.frame_number)


def keep_decisions(
    *,
    by: User,
    adjudication: Adjudication,
    changes: Mapping[ContourKey, Change],
    source: str,
    reason: str,
    note: str,
    op_id: str,
) -> None:
    """Inside the transaction that changes the contours, under the read's lock."""
    standing = {
        cell_of(row): row for row in Decision.objects.filter(adjudication=adjudication, stands=True)
    }
    replaced = {key: standing[key] for key in changes if key in standing}
    Decision.objects.filter(pk__in=[row.pk for row in replaced.values()]).update(stands=False)
    Decision.objects.bulk_create(
        [
            Decision(
                adjudication=adjudication,
                **key._asdict(),
                source=source,
                reason=reason,
                note=note,
                author=by,
                op_id=op_id,
                before=change.before,
                after=change.after,
                replaces=replaced.get(key),
            )
            for key, change in sorted(changes.items())
        ],
        batch_size=200,
    )
