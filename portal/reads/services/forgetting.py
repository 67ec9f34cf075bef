"""Reads of a withdrawn subject are taken back; who read, and when, stays."""

from portal.cases.withdrawing import Leaving
from portal.reads.models import Read, ReadState

REASON = "The subject was withdrawn."


def forget(leaving: Leaving) -> None:
    rows = Read.objects.filter(case_id__in=leaving.case_ids)
    leaving.removed["reads"] += rows.update(
        state=ReadState.WITHDRAWN, withdrawn_at=leaving.at, withdrawal_reason=REASON
    )
