"""What can be done in a meeting, by name."""

from portal.meetings.services import deciding, pen, running, talking, voting
from portal.meetings.services.acting import Handler

DEEDS: dict[str, Handler] = {
    "start": running.start,
    "close": running.close,
    "open_item": running.open_item,
    "finish_item": running.finish_item,
    "present": running.present,
    "hand_over": running.hand_over,
    "take_chair": running.take_chair,
    "open_vote": voting.open_vote,
    "vote": voting.vote,
    "show_votes": voting.show_votes,
    "decide": deciding.decide,
    "minutes": deciding.write_minutes,
    "chat": talking.chat,
    "draw": talking.draw,
    "wipe": talking.wipe,
    "take_pen": pen.take_pen,
    "release_pen": pen.release_pen,
}
