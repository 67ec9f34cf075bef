"""Logs as key-value lines on standard error. No request body, no query string, no identity."""

import logging
import warnings

# these quote datasets, queries and addresses. A level alone is no help: some of them set their
# loggers' levels when they are imported, after ours
QUIET = {"pydicom": logging.ERROR, "pynetdicom": 100, "dicomweb_client": 100, "urllib3": 100}
warnings.filterwarnings("ignore", module=r"pydicom|pynetdicom|dicomweb_client")


class Quiet(logging.Filter):
    """Lets nothing of a library through that may hold identity."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= QUIET.get(record.name.split(".")[0], 0)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
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
