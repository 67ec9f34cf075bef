from pathlib import Path

from portal.settings.env import DATA_DIR, ROOT, env, kept_secret
from portal.settings.logs import LOGGING as LOGGING

BASE_DIR = ROOT
ACCORD_VERSION = "0.1.0"
ACCORD_DATA_DIR: Path = DATA_DIR
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = False
SECRET_KEY = kept_secret("secret_key")
ACCORD_WORKER_TOKEN = kept_secret("worker_token")
ACCORD_PSEUDONYM_KEY = kept_secret("pseudonym_key")
ACCORD_AUDIT_KEY = kept_secret("audit_key")
ACCORD_VAULT_KEY = kept_secret("vault_key")
ACCORD_PORT = env.int("ACCORD_PORT", default=8000)
ACCORD_PUBLIC_URL = env.str("ACCORD_PUBLIC_URL", default=f"http://localhost:{ACCORD_PORT}")
ACCORD_PORTAL_URL = env.str("ACCORD_PORTAL_URL", default=f"http://127.0.0.1:{ACCORD_PORT}")
ALLOWED_HOSTS = env.list("ACCORD_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if "localhost" not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append("localhost")  # health checks ask inside the container
CSRF_TRUSTED_ORIGINS = env.list("ACCORD_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "channels",
    "portal.core",
    "portal.audit",
    "portal.storage",
    "portal.accounts",
    "portal.projects",
    "portal.cases",
    "portal.jobs",
    "portal.imaging",
    "portal.intake",
    "portal.protocols",
    "portal.reads",
    "portal.annotations",
    "portal.measurements",
    "portal.agreement",
    "portal.adjudication",
    "portal.meetings",
    "portal.discussion",
    "portal.reporting",
    "portal.datasets",
    "portal.modelhub",
    "portal.inference",
    "portal.withdrawal",
    "portal.backup",
    "portal.overview",
    "portal.demo",
    "api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "api.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "api.urls"
ASGI_APPLICATION = "api.asgi.application"
WSGI_APPLICATION = "api.wsgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]

# ---- database
# one that is set to nothing, as compose files leave them, is as good as none
DATABASES = {
    "default": env.db_url_config(
        env.str("DATABASE_URL", default="") or f"sqlite:///{DATA_DIR}/accord.sqlite3"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a writer waits for its turn instead of failing half-way
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # The ASGI server handles every request in a thread of its own, so that a connection kept by a
    # thread would never be used again: there a pool keeps them, and is a limit as well.
    ACCORD_DB_POOL = env.int("ACCORD_DB_POOL", default=0)
    if ACCORD_DB_POOL:
        DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
            "min_size": 1,
            "max_size": ACCORD_DB_POOL,
            "timeout": 30,
        }
    else:
        DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"

# ---- cache, channels
# sockets renew their groups every 30 s (api.realtime.membership); those of a server that died leave
SOCKET_GROUP_EXPIRY_S = 120
REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            # the layer waits 5 s for a message; the client must wait longer for Redis to say
            # that there was none, or an idle socket ends in an error
            "CONFIG": {
                "hosts": [{"address": REDIS_URL, "socket_timeout": 30}],
                "group_expiry": SOCKET_GROUP_EXPIRY_S,
            },
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels.layers.InMemoryChannelLayer",
            "CONFIG": {"group_expiry": SOCKET_GROUP_EXPIRY_S},
        }
    }

# ---- broker: it only wakes workers; the job row is the truth
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")
ACCORD_BROKER_DIR = DATA_DIR / "broker"
# a worker that is silent for longer has lost its attempt; it speaks every 1.5 s
ACCORD_LEASE_S = env.float("ACCORD_LEASE_S", default=30.0)
ACCORD_JOB_ATTEMPTS = env.int("ACCORD_JOB_ATTEMPTS", default=3)  # then it is dead
ACCORD_RETRY_S = env.float("ACCORD_RETRY_S", default=5.0)  # before the second; then 4 times as long

# ---- storage
STORAGE_URL = env.str("STORAGE_URL", default=f"file://{DATA_DIR}/storage")
ACCORD_MODELS_DIR = Path(env.str("ACCORD_MODELS_DIR", default=str(ROOT / "models")))
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20  # bytes of a JSON body; files are streamed
ACCORD_MAX_UPLOAD_BYTES = env.int("ACCORD_MAX_UPLOAD_BYTES", default=4 * 2**30)
# received files before they are cleaned and those set aside, sealed; shared by all processes
ACCORD_VAULT_DIR = Path(env.str("ACCORD_VAULT_DIR", default=str(DATA_DIR / "vault")))
ACCORD_QUARANTINE_DAYS = env.int("ACCORD_QUARANTINE_DAYS", default=30)

# ---- the model service: contours of one frame while a reader waits; empty: there is none
ACCORD_MODEL_SERVICE_PORT = env.int("ACCORD_MODEL_SERVICE_PORT", default=ACCORD_PORT + 70)
ACCORD_MODEL_SERVICE_URL = env.str(
    "ACCORD_MODEL_SERVICE_URL", default=f"http://127.0.0.1:{ACCORD_MODEL_SERVICE_PORT}"
)
ACCORD_MODEL_SERVICE_LIMIT_S = env.float("ACCORD_MODEL_SERVICE_LIMIT_S", default=6.0)

# ---- where training runs are tracked beside Accord; empty: nowhere
MLFLOW_TRACKING_URI = env.str("MLFLOW_TRACKING_URI", default="")
MLFLOW_EXPERIMENT_NAME = env.str("MLFLOW_EXPERIMENT_NAME", default="accord")
MLFLOW_TRACKING_TOKEN = env.str("MLFLOW_TRACKING_TOKEN", default="")
MLFLOW_TRACKING_USERNAME = env.str("MLFLOW_TRACKING_USERNAME", default="")
MLFLOW_TRACKING_PASSWORD = env.str("MLFLOW_TRACKING_PASSWORD", default="")

# ---- receiving by DIMSE (manage.py run_scp)
ACCORD_SCP_HOST = env.str("ACCORD_SCP_HOST", default="0.0.0.0")  # noqa: S104 - scanners reach it
ACCORD_SCP_PORT = env.int("ACCORD_SCP_PORT", default=11112)
ACCORD_SCP_MAX_ASSOCIATIONS = env.int("ACCORD_SCP_MAX_ASSOCIATIONS", default=10)
ACCORD_SCP_TLS_CERT = env.str("ACCORD_SCP_TLS_CERT", default="")
ACCORD_SCP_TLS_KEY = env.str("ACCORD_SCP_TLS_KEY", default="")
ACCORD_SCP_TLS_CA = env.str("ACCORD_SCP_TLS_CA", default="")

# ---- pulling from remote archives: authorities that owners may name by file
ACCORD_CA_DIR = Path(env.str("ACCORD_CA_DIR", default=str(DATA_DIR / "ca")))

# ---- people
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
SESSION_COOKIE_AGE = 12 * 3600  # seconds: a working day
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "accord_session"
SESSION_COOKIE_SECURE = ACCORD_PUBLIC_URL.startswith("https://")
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "api.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# ---- mail: sent where SMTP is configured, kept in a folder otherwise
EMAIL_URL = env.str("EMAIL_URL", default="")
ACCORD_MAIL_CONFIGURED = bool(EMAIL_URL)
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
DEFAULT_FROM_EMAIL = env.str("ACCORD_MAIL_FROM", default="accord@localhost")

# ---- the built frontend
FRONTEND_DIST = Path(env.str("ACCORD_FRONTEND_DIST", default=str(ROOT / "frontend" / "dist")))
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [("app", str(FRONTEND_DIST))] if FRONTEND_DIST.is_dir() else []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# ---- API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.SessionAuthentication",
        "api.authentication.TokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": None,
    "EXCEPTION_HANDLER": "api.errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Accord",
    "VERSION": ACCORD_VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
}
