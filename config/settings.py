"""All settings, from the environment; README.md has the table. Unset values suit one machine."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = env.path("VAR_DIR", default=str(BASE_DIR / "var"))  # database, secret, static files
FIXTURES_DIR = BASE_DIR / "fixtures"


def read_secret() -> str:
    """Return SECRET_KEY, or the secret that `make run` has made once."""
    if secret := env.str("SECRET_KEY", default=""):
        return secret
    kept = Path(VAR_DIR("secret-key"))
    if kept.exists():
        return kept.read_text(encoding="ascii").strip()
    raise ImproperlyConfigured(f"Set SECRET_KEY, or run 'make setup', which makes {kept}.")


SECRET_KEY = read_secret()
DEBUG = env.bool("DEBUG", default=False)
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
SITE_NAME = "Bouncebook"  # in feeds, and what search engines are told
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)

site = urlsplit(SITE_URL)
if site.scheme not in {"http", "https"} or not site.hostname:
    raise ImproperlyConfigured("SITE_URL starts with http:// or https:// and names a host.")
HTTPS = site.scheme == "https"
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[site.hostname, "127.0.0.1", "localhost", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = [f"{site.scheme}://{site.netloc}"]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "csp",
    "kb",
    "diagnostics",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kb.middleware.count_opened",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
            ],
        },
    },
]

DATABASES = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR('bouncebook.sqlite3')}")
}
database = DATABASES["default"]
if database["ENGINE"] == "django.db.backends.sqlite3":
    # One writer at a time that waits its turn; readers never wait (SECURITY.md, section 1.9).
    usual = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif database["ENGINE"] == "django.db.backends.postgresql":
    database["CONN_HEALTH_CHECKS"] = True
    usual = {
        "connect_timeout": 3,
        "options": "-c statement_timeout=5000 -c lock_timeout=2000",
        "pool": {"min_size": 1, "max_size": 8, "timeout": 3},
    }
else:
    raise ImproperlyConfigured("DATABASE_URL names SQLite or PostgreSQL.")
database["OPTIONS"] = {**usual, **database.get("OPTIONS", {})}  # ?sslmode=require stays

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Rendered pages, in each process its own; what is kept bears its version (kb/views/page_cache.py).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = False

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR("static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# A paste is at most 1 MiB; form encoding and the field's name come on top.
PASTE_MAX_BYTES = 1024 * 1024
FILE_MAX_BYTES = 5 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * PASTE_MAX_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = FILE_MAX_BYTES  # a pasted file never touches the disk
REQUEST_MAX_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE + FILE_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 50

# Nothing from elsewhere, no inline script or style. The admin brings its own pages.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by machines inside
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 3600
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Subdomains and the preload list are the domain owner's to promise, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # Django's mail to admins carries what a person pasted: it is never sent.
    "loggers": {"django": {"handlers": [], "level": "INFO", "propagate": True}},
}
