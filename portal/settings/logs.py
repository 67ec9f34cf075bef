"""Logs as key-value lines on standard error. No request body, no query string, no identity."""

import warnings

# pydicom quotes the value that it warns about, and a value may be a name
warnings.filterwarnings("ignore", module="pydicom")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
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
