"""Every setting of Marquee, from the environment, each with a safe default.

Secrets have no default: outside DEBUG the secret key comes from SECRET_KEY or from the file that the embedded
servers keep in MARQUEE_HOME. docs/configuration.md lists the variables.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env
from redis.backoff import NoBackoff
from redis.retry import Retry

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(env.str("MARQUEE_HOME", "") or BASE_DIR / "var")
DEBUG = env.bool("DEBUG", False)
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")
_public = urlsplit(PUBLIC_URL)
HTTPS = _public.scheme == "https"


def _secret_key() -> str:
    given: str = env.str("SECRET_KEY", "")
    kept = HOME / "secret-key"
    if not given and kept.is_file():
        given = kept.read_text().strip()
    if not given and DEBUG:
        given = "only-for-development-and-refused-when-debug-is-off"
    if not given:
        raise ImproperlyConfigured("Set SECRET_KEY to a long random string, or start Marquee with script/server.")
    return given


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [_public.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# -- applications ------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_rq",
    "template_partials",
    "config",
    "accounts",
    "catalog",
    "tracking",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "catalog.middleware.StoredPicturesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.ProfileMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.http.HtmxRedirectMiddleware",
    "config.http.InvalidFormMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.http.page_context",
            ],
            "builtins": ["template_partials.templatetags.partials", "config.templatetags.paths"],
        },
    },
]

# -- data --------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.dj_db_url("DATABASE_URL", "postgresql:///marquee")}
# Pages ask small questions: starting parallel workers or compiling a query takes longer than answering it.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c max_parallel_workers_per_gather=0 -c jit=off"
DATABASES["default"].update(CONN_MAX_AGE=env.int("CONN_MAX_AGE", 60), CONN_HEALTH_CHECKS=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "marquee",
        # When Redis is away a page says so at once; redis-py by itself would try for three seconds at each call.
        "OPTIONS": {"socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 1)},
    },
    # Pieces of pages that depend on nothing but what they are kept by: the doors, the menu.
    "pieces": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}},
}
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60

RQ_QUEUES = {name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": 300} for name in ("high", "default", "bulk")}
RQ = {"COMMIT_MODE": "on_db_commit", "WORKER_CLASS": "config.worker.MarqueeWorker"}

# So many threads of a web process (config/gunicorn.py) may wait for news of a run while the others serve pages.
LONG_POLLS = max(1, env.int("WEB_THREADS", 4) // 2)

# `manage.py up` fills an empty catalogue with a demonstration, unless this or --empty says not to.
EMPTY = env.bool("MARQUEE_EMPTY", False)

MEDIA_ROOT = HOME / "media"
MOST_UPLOADED_BYTES = 200 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "config.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", "") or HOME / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_S3_BUCKET = env.str("MEDIA_S3_BUCKET", "")


def _media() -> dict[str, Any]:
    """Files below MEDIA_ROOT, or in a bucket; boto3 finds its keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."""
    if not MEDIA_S3_BUCKET:
        return {"BACKEND": "config.media_files.MediaFiles", "OPTIONS": {"allow_overwrite": True}}
    from botocore.config import Config

    # Not every S3 knows the newer checksums, and no page waits for minutes when it is away.
    only = "when_required"
    manners = Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"total_max_attempts": 2},
        request_checksum_calculation=only,
        response_checksum_validation=only,
    )
    options = {"bucket_name": MEDIA_S3_BUCKET, "client_config": manners}
    options |= {"endpoint_url": env.str("MEDIA_S3_ENDPOINT", "") or None}
    options |= {"region_name": env.str("MEDIA_S3_REGION", "") or None}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


STORAGES = {
    "default": _media(),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# -- accounts ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"signup": "accounts.forms.SignupForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _public.scheme
SIGNUP_OPEN = env.bool("SIGNUP_OPEN", True)

# No EMAIL_URL means development: messages are printed where Marquee runs. With one, a worker sends them.
EMAIL_BY_JOB = bool(env.str("EMAIL_URL", ""))
vars().update(env.dj_email_url("EMAIL_URL", "console://"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("EMAIL_FROM", f"Marquee <marquee@{_public.hostname}>")

# What a viewer who is not signed in may see: titles for this age, and unrated ones only if the operator says so.
PUBLIC_MAX_AGE = env.int("PUBLIC_MAX_AGE", 12)
PUBLIC_SEES_UNRATED = env.bool("PUBLIC_SEES_UNRATED", False)
RATING_COUNTRY = env.str("RATING_COUNTRY", "")

# -- sources -----------------------------------------------------------------------------------------------------------

TVMAZE_URL = env.str("TVMAZE_URL", "https://api.tvmaze.com").rstrip("/")
TVDB_URL = env.str("TVDB_URL", "https://api4.thetvdb.com/v4").rstrip("/")
TVDB_API_KEY = env.str("TVDB_API_KEY", "")
TVDB_PIN = env.str("TVDB_PIN", "")
TMDB_URL = env.str("TMDB_URL", "https://api.themoviedb.org/3").rstrip("/")
TMDB_IMAGE_URL = env.str("TMDB_IMAGE_URL", "https://image.tmdb.org/t/p/w780").rstrip("/")
TMDB_API_KEY = env.str("TMDB_API_KEY", "").strip()
SOURCE_TIMEOUT = env.float("SOURCE_TIMEOUT", 10.0)
# Hosts, with or without a port, and networks that the server may call although they are private.
OUTBOUND_ALLOWED: list[str] = env.list("OUTBOUND_ALLOWED", [])

# -- language and time -------------------------------------------------------------------------------------------------

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]

# -- safety ------------------------------------------------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF],
        "object-src": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"without-secrets": {"()": "config.redaction.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without-secrets"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"handlers": [], "propagate": False}},
}
