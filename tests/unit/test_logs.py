"""What an error writes into the log: its place and kind, not the value it quotes."""

import logging
import sys

from django.conf import settings

from portal.settings.logs import WithoutValues


def logged(name: str) -> str:
    try:
        try:
            int(name)
        except ValueError as error:
            raise RuntimeError(f"of {name}") from error
    except RuntimeError:
        raised = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it failed", None, raised)
    return WithoutValues("%(message)s").format(record)


def test_the_place_and_the_kind_are_logged_and_the_value_is_not() -> None:
    name = "".join(("QUILL", "FEATHER"))  # no line of the source holds it
    text = logged(name)
    assert "in logged" in text
    assert text.endswith("RuntimeError")
    assert "after ValueError" in text
    assert name not in text


def test_every_handler_writes_that_way() -> None:
    for name, handler in settings.LOGGING["handlers"].items():
        found = settings.LOGGING["formatters"][handler["formatter"]]
        assert found["()"] is WithoutValues, name
