"""The colours under which the readings of a case are compared."""

LABELS = {
    "a": "Blue",
    "b": "Orange",
    "c": "Teal",
    "d": "Violet",
    "e": "Rose",
    "f": "Lime",
    "g": "Amber",
    "h": "Slate",
    "i": "Brown",  # eight readers and the AI
}
KEYS = tuple(LABELS)
