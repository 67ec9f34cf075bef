"""Whether the words of a licence forbid commercial use."""

import re

_FORBIDS = re.compile(r"\bNC\b|non[- ]?commercial|no commercial|not for commercial", re.IGNORECASE)


def forbids_commerce(licence: str) -> bool:
    """Errs on the side of yes: only words that say so count, in whatever case."""
    return _FORBIDS.search(licence) is not None
