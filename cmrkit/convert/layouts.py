"""From the name of a layout to its reader."""

from collections.abc import Iterator
from pathlib import Path

from cmrkit.convert import acdc, nnunet, plain
from cmrkit.convert.sets import SetItem, SetLayout, SetOptions
from cmrkit.errors import UnusableSet

_READERS = {
    SetLayout.ACDC: acdc.items,
    SetLayout.NNUNET: nnunet.items,
    SetLayout.NIFTI: plain.items,
}


def set_items(
    path: Path, layout: SetLayout, options: SetOptions | None = None
) -> Iterator[SetItem]:
    """The cases of a set, in order, each read when it is loaded (which may raise). Raises
    UnusableSet where the path isn't there or isn't laid out so."""
    if not path.exists():
        raise UnusableSet("There is nothing at this path.")
    return iter(_READERS[layout](path, options or SetOptions()))
