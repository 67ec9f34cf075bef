"""What the pixels of stacks show, to be held against what their headers say."""

from typing import Any

from ml_workers.handlers.context import Context, spacing_of
from ml_workers.kinds.look import CODE_VERSION, load_head, shares_of


def run(context: Context) -> dict[str, Any]:
    """For each input the probability by class, None where nothing is to be seen; the portal decides
    what follows. Raises ModelMissing where the check isn't installed."""
    head, items = load_head(), context.envelope.inputs
    looks = []
    for number, item in enumerate(items):
        context.reporter.progress(number / len(items), f"{number} of {len(items)} stacks")
        shares = shares_of(context.pixels(item), spacing_of(item), head)
        looks.append({"stack": item.item_id, "shares": shares})
    return {"looks": looks, "code_version": CODE_VERSION}
