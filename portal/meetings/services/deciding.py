"""The decision about the case on the table, and the minutes."""

from portal.core.errors import InvalidInput
from portal.meetings.errors import MinutesChanged
from portal.meetings.models import AgendaItem, Decision, Minutes, VoteStage
from portal.meetings.services.acting import Deed
from portal.meetings.services.choices import checked_choice

MAX_MINUTES, MAX_TEXT = 20_000, 4000


def decide(deed: Deed) -> None:
    """Record what the meeting decided; anew, it takes the place of what was decided before. The
    reference is settled and signed in the adjudication, which shows the decision."""
    deed.require_chair()
    item = deed.on_table()
    choice = checked_choice(item, deed.data)
    text = deed.text("text", most=MAX_TEXT, needed=False)
    dissent = deed.text("dissent", most=MAX_TEXT, needed=False)
    if choice["reading"] is None and not choice["answers"] and not text:
        raise InvalidInput(text=["Name a reading, answer a question or write what was decided."])
    row = Decision.objects.create(
        item=item,
        number=item.decisions.count() + 1,
        choice=choice,
        text=text,
        dissent=dissent,
        decided_by=deed.by,
    )
    if item.vote_stage != VoteStage.NONE:
        AgendaItem.objects.filter(pk=item.pk).update(vote_stage=VoteStage.ENDED)
    deed.told = {"number": row.number, **choice, "text": text, "dissent": dissent}


def write_minutes(deed: Deed) -> None:
    """A new version, made from ``base_version``; everyone who is invited may write."""
    text = deed.text("text", most=MAX_MINUTES, needed=False)
    held = deed.meeting.minutes.order_by("-version").first()
    version = held.version if held else 0
    if deed.data.get("base_version") != version:
        raise MinutesChanged(version=version, text=held.text if held else "")
    Minutes.objects.create(meeting=deed.meeting, version=version + 1, text=text, author=deed.by)
    deed.told = {"version": version + 1}
