"""Logs as key-value lines on standard error. No request body, no query string, no identity."""

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
        # these write datasets, queries and addresses, which hold identity
        "pynetdicom": {"level": "CRITICAL"},
        "dicomweb_client": {"level": "CRITICAL"},
        "urllib3": {"level": "CRITICAL"},
        "fontTools": {"level": "ERROR"},
        "fpdf": {"level": "ERROR"},
    },
}
