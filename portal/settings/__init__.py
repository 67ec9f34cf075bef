"""Settings, from the environment alone (``.env.example`` lists every variable).

Without any variable this is embedded mode: SQLite, a folder broker, an in-process channel layer
and file storage under ``ACCORD_DATA_DIR``. ``DATABASE_URL``, ``REDIS_URL``, ``CELERY_BROKER_URL``
and ``STORAGE_URL`` make it team mode. The code path is the same.
"""

from portal.settings.base import *
