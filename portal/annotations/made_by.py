"""Which model made a contour that a browser sends: said by the server, carried by the browser.

A contour by the AI that isn't part of a draft comes to the reader's screen first and is saved from
there like anything else. The signed note that goes with it is why the server believes its origin.
"""

from uuid import UUID

from django.core import signing

SALT = "accord.made-by"


def note_for(read_id: UUID, model_label: str) -> str:
    """A note, good for one read, that contours of it were made by this model."""
    return signing.dumps([str(read_id), model_label], salt=SALT)


def label_in(note: str, read_id: UUID) -> str | None:
    """The model's label; None where the note isn't ours, or is another read's."""
    try:
        noted, label = signing.loads(note, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return str(label) if noted == str(read_id) else None
