"""Deqi's settings, read top to bottom. Everything that varies comes from the environment.

`DATABASE_URL` and `REDIS_URL` are put there by `clinic.embedded` when nobody else has:
see docs/decisions/embedded-services.md.
"""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.contrib.messages import constants as messages
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is not set. Put a long random text in the environment or in .env.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # those before it: patients' links still work
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])

INSTALLED_APPS = [
    "clinic.apps.ClinicConfig",
    "patients",
    "scheduling",
    "sessions",
    "reminders",
    "desk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "clinic.apps.StaticFiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "pghistory",
    "pgtrigger",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # its random padding and masked CSRF tokens answer BREACH
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "clinic.middleware.FramedMiddleware",
    "clinic.middleware.PrivateMiddleware",
    "clinic.middleware.RefusalMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clinic.middleware.ContextMiddleware",
]

ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clinic.context.frame",
                "desk.guide.to_the_guide",
            ],
        },
    },
]

# Data: PostgreSQL is the truth, Valkey carries hints and the cache.

DATABASE = env.db("DATABASE_URL")
DATABASE_OPTIONS = DATABASE.pop("OPTIONS", {})
# To weigh every order of eight joined tables took PostgreSQL 13 ms where the answer took half of one. So it weighs six,
# and neither merge joins nor help from other processes, which nothing that a page reads is large enough for. Django
# joins what is filtered by first and what is read along after it, which is as good as it gets; a subquery that a key
# must be in counts as joined last. What is prepared (`reminders.asking`) is planned once: a tick with nothing to do
# would be planned anew each time, for as long as it takes. Behind a pooler that refuses options: set it empty.
PLANNING = {
    "join_collapse_limit": 6,
    "enable_mergejoin": "off",
    "max_parallel_workers_per_gather": 0,
    "plan_cache_mode": "force_generic_plan",
}
PLANNER_OPTIONS = env("PLANNER_OPTIONS", default=" ".join(f"-c {name}={value}" for name, value in PLANNING.items()))
DATABASES = {
    "default": {
        **DATABASE,
        "OPTIONS": {**DATABASE_OPTIONS, "options": f"{PLANNER_OPTIONS} {DATABASE_OPTIONS.get('options', '')}".strip()},
        "CONN_MAX_AGE": env.int("CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "TEST": {
            "NAME": env("TEST_DATABASE_NAME", default="test_deqi"),
            "TEMPLATE": env("TEST_DATABASE_TEMPLATE", default=None),  # a migrated one, so that it is made once
        },
    }
}
REDIS_URL = env("REDIS_URL")
CACHE = {
    # kombu spells a unix socket redis+socket://, redis-py unix://
    "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
    "KEY_PREFIX": env("CACHE_PREFIX", default="deqi"),
    "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
}
CACHES = {
    "default": {"BACKEND": "clinic.cache.Forgetful", **CACHE},
    "sure": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **CACHE},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_APPEND_ONLY = True

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {"global_keyprefix": env("QUEUE_PREFIX", default="deqi:")}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = "UTC"

# People

AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:today"
ACCOUNT_ADAPTER = "clinic.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before a password, an address or a second factor changes
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(timedelta(minutes=15).total_seconds())  # to sign: clinic.proving
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Deqi"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up: a manager has given each their address
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # what ends there has ended, whatever became of the cache
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())

# Pages

LANGUAGE_CODE = "en-us"
TIME_ZONE = env("TIME_ZONE", default="America/New_York")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("inter", BASE_DIR / "node_modules/@fontsource-variable/inter"),
    ("bootstrap", BASE_DIR / "node_modules/bootstrap/dist"),
    ("icons", BASE_DIR / "node_modules/icons"),  # cut out of larger fonts by scripts/fonts.py
    ("event-calendar", BASE_DIR / "node_modules/@event-calendar/build/dist"),
    ("tom-select", BASE_DIR / "node_modules/tom-select/dist/js"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env("STATICFILES_BACKEND", default="whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
MESSAGE_TAGS = {messages.ERROR: "danger", messages.DEBUG: "secondary"}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"  # and so above; the pages of signing in may stand in our own: FramedMiddleware
CSRF_FAILURE_VIEW = "clinic.views.out_of_date"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31_536_000 if HTTPS else 0)
BEHIND_PROXY = env.bool("BEHIND_PROXY", False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # else all wrong passwords are the proxy's, and it locks everybody out
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes; a chart is text, and the longest note field holds 20,000 characters

# Post

EMAIL = env.email("EMAIL_URL", default="smtp://localhost:1025")
vars().update(EMAIL)
if EMAIL["EMAIL_BACKEND"] != "django.core.mail.backends.smtp.EmailBackend":
    raise ImproperlyConfigured(
        "EMAIL_URL names no mail server. Put one there, such as smtp+tls://user:password@smtp.example.com:587."
    )
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Riverside Clinic <clinic@example.com>")

# Deqi

CLINIC_PHONE = env("CLINIC_PHONE", default="555-0100")
CONFIRMATION_GRACE = timedelta(seconds=env.int("CONFIRMATION_GRACE_SECONDS", 120))  # an undone booking tells nobody
DELIVERY_RETRY = timedelta(seconds=env.int("DELIVERY_RETRY_SECONDS", 60))  # then doubled at every further try
DELIVERY_LEASE = timedelta(
    seconds=env.int("DELIVERY_LEASE_SECONDS", 300)
)  # a killed worker's messages come back by then
HEALTH_REPORTS = ["reminders.watching.health"]  # what /healthz tells beside database and cache
BOOKING_CHECKS = ["scheduling.checks.works_then", "scheduling.checks.may_treat", "sessions.checks.may_have"]
UNDO_CHECKS = ["sessions.checks.may_reopen"]  # asked before a completed visit is in session again
CANCELLATION_TOLD = "reminders.taking_back.told"  # asked when a cancelled visit comes back: does the patient know?
START_UNDONE = "sessions.charting.take_back"  # told when a visit is in session no more, and may refuse
LEAVING_CHECKS = ["sessions.checks.needles_are_counted"]  # asked before a patient leaves the table
NEXT_VISIT = "scheduling.coming.next_visit"  # asked by patients.alerts.banner, which may not look up a floor
STRANDED_VISITS = "scheduling.rehousing.stranded"  # asked after hours, places, staff or licences have changed

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "clinic.logs.Discreet", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    # They tell every step; of Celery's tasks, those that fail are told at ERROR.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("celery.app.trace", "celery.beat", "celery.worker.strategy", "fontTools")
    }
    | {"weasyprint": {"level": "ERROR"}},  # its warnings quote names in letters that no font here has
}
