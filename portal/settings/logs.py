"""Logs as key-value lines on standard error. No request body, no query string, no identity."""

import logging
import traceback
import warnings
from types import TracebackType

# these quote datasets, queries and addresses. A level alone is no help: some of them set their
# loggers' levels when they are imported, after ours
QUIET = {"pydicom": logging.ERROR, "pynetdicom": 100, "dicomweb_client": 100, "urllib3": 100}
warnings.filterwarnings("ignore", module=r"pydicom|pynetdicom|dicomweb_client")


class Quiet(logging.Filter):
    """Lets nothing of a library through that may hold identity."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= QUIET.get(record.name.split(".")[0], 0)


_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(logging.Formatter):
    """Where an error was raised and what kind it is, never what it says: a library quotes the value
    that it stumbled over, and a value may be a name."""

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - the library's name
        kind, error, place = ei
        if kind is None or error is None:
            return ""
        lines = traceback.format_tb(place)
        cause = error.__cause__ or error.__context__
        if cause is not None:
            lines.append(f"after {type(cause).__name__}\n")
        return "".join([*lines, kind.__name__])


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": WithoutValues,
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "filters": {"quiet": {"()": Quiet}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["quiet"]},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "uvicorn.access": {"level": "WARNING"},
        "pydicom": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "fpdf": {"level": "ERROR"},
    },
}
