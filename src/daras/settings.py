"""Django settings, read from the environment (see docs/administrator for each name)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from daras.access.agency_sign_in import providers
from daras.access.demonstration_key import demonstration_key

SOURCE = Path(__file__).resolve().parent
PROJECT = SOURCE.parents[1]

#: The key of a demonstration. `serve` refuses it by name.
DEMONSTRATION_SECRET_KEY = "demonstration-only-never-for-real-people"  # noqa: S105

#: What is prepared (`daras.ledger.reading`) is planned once a connection. PostgreSQL would go on planning such a
#: statement for each question: under the gate that takes longer than the answer. Django prepares nothing.
GENERIC_PLANS = "-c plan_cache_mode=force_generic_plan"


def database(url: str, *, role: str | None) -> dict[str, Any]:
    """One Django database entry from a `postgresql://` address; `role` is taken on every connection."""
    parts = urlsplit(url)
    # What the address says of TLS, such as `?sslmode=verify-full&sslrootcert=/etc/ssl/certs/database.pem`.
    options: dict[str, Any] = {name: value for name, value in parse_qsl(parts.query) if name.startswith("ssl")}
    if role:
        options["options"] = f"-c role={role} {GENERIC_PLANS}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


SECRET_KEY = os.environ.get("DARAS_SECRET_KEY", DEMONSTRATION_SECRET_KEY)
#: What opens secrets that the database keeps (access.keys), newest first.
ENCRYPTION_KEYS = os.environ.get("DARAS_ENCRYPTION_KEYS") or demonstration_key(DEMONSTRATION_SECRET_KEY)
#: `required`: nobody reads the record without a passkey or a code beside their password. `offered`: they may have one.
SECOND_FACTOR = os.environ.get("DARAS_SECOND_FACTOR", "offered")
DEBUG = False
ALLOWED_HOSTS = os.environ.get("DARAS_HOSTS", "localhost,127.0.0.1").split(",")
#: The address people reach the service at, for links in e-mail.
PUBLIC_ADDRESS = os.environ.get("DARAS_PUBLIC_ADDRESS", "http://127.0.0.1:8000")
SECURE = os.environ.get("DARAS_SECURE", "") == "1"

DATABASES: dict[str, dict[str, Any]] = {
    "default": database(os.environ.get("DATABASE_URL", "postgresql://"), role="daras_application"),
}
if "DATABASE_OWNER_URL" in os.environ:
    DATABASES["owner"] = database(os.environ["DATABASE_OWNER_URL"], role=None)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "procrastinate.contrib.django",
    "daras.access",
    "daras.ledger",
    "daras.matters",
    "daras.outbox",
    "daras.handling",
    "daras.people",
    "daras.matching",
    "daras.network",
    "daras.duties",
    "daras.challenges",
    "daras.meetings",
    "daras.safety",
    "daras.forms",
    "daras.attachments",
    "daras.requests",
    "daras.services",
    "daras.frontdoor",
    "daras.flags",
    "daras.hubs",
    "daras.disclosures",
    "daras.custodians",
    "daras.keeping",
    "daras.rights",
    "daras.exchange",
    "daras.design",
    "daras.pages",
    "daras.api",
    "daras.worker",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "daras.pages.security.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "daras.access.middleware.ActingWorker",
    "daras.pages.second_factor.SecondFactorRequired",
    "daras.pages.idle.Idle",
]

ROOT_URLCONF = "daras.pages.urls"
WSGI_APPLICATION = "daras.pages.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [SOURCE / "pages" / "templates", SOURCE / "design" / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "daras.design.environment.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "daras.design.environment.form_token",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]

AUTH_USER_MODEL = "access.Worker"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
#: Stored as the first; what another stored is stored anew at the next sign-in.
PASSWORD_HASHERS = ["daras.access.passwords.Argon2id", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "daras.access.passwords.NotTooLong"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "daras.pages.sign_in.InvitationOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
#: Attempts are counted in the database, for all web processes together.
CACHES = {"default": {"BACKEND": "daras.access.attempts.Attempts"}}
#: The form for the public: so much from one place and no more.
ACCOUNT_RATE_LIMITS = {"tell_us": "10/h/ip"}
LOGIN_URL = "account_login"
#: A screen left open does nothing that wants a touch of the second factor: proof is good for five minutes.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "daras.pages.second_factor.OurWords"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
#: A passkey stands for both factors, so whoever holds it must open it with a finger, a face or a PIN.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
#: Browsers take a passkey over plain http on localhost only, which is where a demonstration is.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_RECOVERY_CODES_SHOW_ONCE = True
#: Identity providers of agencies (access.agency_sign_in). A link begins it: what guards it is the provider's answer.
SOCIALACCOUNT_ADAPTER = "daras.pages.agency_sign_in.OwnAccounts"
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": [each.as_app() for each in providers(os.environ.get("DARAS_OPENID", ""), secure=SECURE)]}
}
LOGIN_REDIRECT_URL = "/"

CSRF_FAILURE_VIEW = "daras.pages.errors.form_expired"
#: Browsers take a cookie of such a name only by TLS, from this very host, for all of it (RFC 6265bis): no other host of
#: the domain can plant one.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_DOMAIN = None
SESSION_COOKIE_PATH = "/"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
#: After so long without anything done, whoever sits there proves again that it is they.
SESSION_IDLE_SECONDS = 30 * 60
SESSION_ENGINE = "daras.access.sealed_sessions"
SESSION_COOKIE_SECURE = SECURE
#: Behind one proxy that speaks TLS and says so.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(PUBLIC_ADDRESS))]
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE else 0
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_DOMAIN = None
CSRF_COOKIE_PATH = "/"
CSRF_COOKIE_SECURE = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

STATIC_URL = "/static/"
STATICFILES_DIRS = [SOURCE / "design" / "static"]
STATIC_ROOT = Path(os.environ.get("DARAS_STATIC_ROOT", PROJECT / ".daras-static"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"/vendor/"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

EMAIL_HOST = os.environ.get("DARAS_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("DARAS_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("DARAS_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DARAS_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("DARAS_SMTP_TLS", "") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DARAS_MAIL_FROM", "notices@daras.example")
#: Where there is no SMTP server (the demonstration), letters are files that a person can read.
MAILBOX = os.environ.get("DARAS_MAILBOX")
if MAILBOX:
    EMAIL_BACKEND = "daras.outbox.mailbox.Folder"

#: Ten megabytes is refused; a referral is a few thousand bytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

#: Files are taken in memory and nowhere else: nothing of a child lies on this machine's disk in the clear. One that is
#: larger is not taken at all.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 21_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("DARAS_LOG_LEVEL", "WARNING")},
}

MIGRATION_MODULES: dict[str, str] = {}
SILENCED_SYSTEM_CHECKS: list[str] = []
