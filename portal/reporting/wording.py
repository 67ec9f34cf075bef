"""How a reference came about, in words. Pure."""

_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def how_read(count: int, *, with_ai: bool, blinded: bool, settled: bool) -> str:
    """``count`` readings were compared, one of them the AI's if ``with_ai``. ``settled``: an
    adjudicator decided between them; else they were within the protocol's bands."""
    number = _COUNTS[count] if count < len(_COUNTS) else str(count)
    said = f"{number} {'reading' if count == 1 else 'readings'}"
    if with_ai:
        said += ", one of them the AI's"
    if count - with_ai > 1:
        said += f", readers {'blind' if blinded else 'not blind'} to each other"
    if settled:
        return f"{said}, settled by an adjudicator"
    return f"{said}, within the protocol's bands; confirmed" if count > 1 else f"{said}; confirmed"
