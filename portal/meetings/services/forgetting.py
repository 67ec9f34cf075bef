"""Words, votes and decisions about a withdrawn subject go; that a meeting was held stays."""

from portal.cases.withdrawing import Leaving
from portal.meetings.models import AgendaItem, Decision, MeetingEvent, Minutes, Presence, Vote


def forget(leaving: Leaving) -> None:
    items = AgendaItem.objects.filter(case_id__in=leaving.case_ids)
    meetings = list(items.values_list("meeting_id", flat=True))
    Vote.objects.filter(item__in=items).delete()
    leaving.removed["decisions"] += Decision.objects.filter(item__in=items).update(
        choice={}, text="", dissent=""
    )
    MeetingEvent.objects.filter(item__in=items).update(data={})
    # minutes are about all cases of a meeting: which words were about this one can't be told
    Minutes.objects.filter(meeting_id__in=meetings).update(text="")
    Presence.objects.filter(case_id__in=leaving.case_ids).delete()
