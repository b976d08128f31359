"""Settings of the project. Every variable read here is listed in docs/reference/settings.md."""

from __future__ import annotations

import shlex
import sys
from datetime import timedelta
from pathlib import Path

from django.utils.csp import CSP

from portulan.config import env
from portulan.core import folders, own_address

PACKAGE = Path(__file__).resolve().parent.parent
DATA = folders.data_folder()
UPLOADS = DATA / "uploads"
EVIDENCE_MB = env.whole("PORTULAN_EVIDENCE_MB", env.text("PORTULAN_EVIDENCE_MB", "20"))
# The observatory: whether its command may fetch a file, how large, and the engine of a lake.
OBSERVATORY_FETCH = env.flag("PORTULAN_OBSERVATORY_FETCH")
OBSERVATORY_MB = env.whole("PORTULAN_OBSERVATORY_MB", env.text("PORTULAN_OBSERVATORY_MB", "4096"))
SPARK_COMMAND = shlex.split(env.text("PORTULAN_SPARK"))
ACTIVE_CONTENT = env.active_content(env.text("PORTULAN_ACTIVE_CONTENT", "refuse"))
SCAN_COMMAND = shlex.split(env.text("PORTULAN_SCAN_COMMAND"))

SECRET_KEY = env.secret_key(DATA)
DEBUG = env.flag("PORTULAN_DEBUG")
ALLOWED_HOSTS = env.words("PORTULAN_HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = env.flag("PORTULAN_HTTPS")
PROXIES = env.networks("PORTULAN_PROXIES", env.words("PORTULAN_PROXIES"))
USER_HEADER = env.user_header(env.text("PORTULAN_USER_HEADER"), proxies=PROXIES)
OPENID = env.openid(
    issuer=env.text("PORTULAN_OIDC_ISSUER"),
    client_id=env.text("PORTULAN_OIDC_CLIENT_ID"),
    secret=env.text("PORTULAN_OIDC_CLIENT_SECRET"),
    name=env.text("PORTULAN_OIDC_NAME", "ProConnect"),
    scopes=env.text("PORTULAN_OIDC_SCOPES", "openid email"),
    acr=env.words("PORTULAN_OIDC_ACR"),
    factor_acr=env.words("PORTULAN_OIDC_FACTOR_ACR"),
    signed=env.flag("PORTULAN_OIDC_SIGNED_USERINFO", default=True),
)
SECURITY_CONTACT = env.contact("PORTULAN_SECURITY_CONTACT")
# What the page on accessibility says: the last audit, and who answers.
ACCESSIBILITY_AUDIT = env.audit(env.text("PORTULAN_ACCESSIBILITY_AUDIT"))
ACCESSIBILITY_CONTACT = env.contact("PORTULAN_ACCESSIBILITY_CONTACT")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "portulan.core",
    "portulan.accounts",
    "portulan.catalogue",
    "portulan.evidence",
    "portulan.indicators",
    "portulan.sources",
    "portulan.plans",
    "portulan.budget",
    "portulan.impact",
    "portulan.portfolio",
    "portulan.observatory",
    "portulan.publication",
    "portulan.steering",
    "portulan.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "portulan.web.slow.SlowMiddleware",
    "portulan.web.health.HealthMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    # Before any that may answer by itself: files and refusals are protected as pages are.
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portulan.web.middleware.PrivacyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portulan.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portulan.web.form_tokens.FormMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portulan.web.accounts.signin.proxy.ProxyUserMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "portulan.web.middleware.OrganisationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portulan.web.middleware.SendingMiddleware",
]

ROOT_URLCONF = "portulan.config.urls"
WSGI_APPLICATION = "portulan.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The templates of a screen stand beside its views.
        "DIRS": sorted(PACKAGE.glob("web/**/templates")),
        "OPTIONS": {
            "loaders": [
                (
                    "portulan.web.whitespace.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portulan.web.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "portulan.web.templatetags.portulan",
                "portulan.web.budget.filters",
            ],
        },
    }
]

DATABASES = {"default": env.database(DATA, env.text("DATABASE_URL"))}
if left := env.text("PORTULAN_MOVE_FROM"):  # what `portulan move` leaves
    DATABASES["source"] = env.database(Path(left), env.text("PORTULAN_MOVE_URL"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Long work runs in a process of its own (core.tasks), followed by its id and the language.
TASK_COMMAND = [sys.executable, "-m", "portulan.cli.task"]
# Regular work (core.schedule) is done by who serves, else by `portulan duties --run`.
SCHEDULER = env.flag("PORTULAN_SCHEDULER", default=True)
# Where whoever operates asks how the server is (cli.server.operator): closed unless it is said.
OPERATOR = env.text("PORTULAN_OPERATOR")
# What takes longer, in milliseconds, is written down (web.slow).
SLOW_MS = env.whole("PORTULAN_SLOW_MS", env.text("PORTULAN_SLOW_MS", "5000"))

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["portulan.accounts.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "portulan.accounts.guessable.GuessableValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
SESSION_ENGINE = "portulan.accounts.sessions"
SESSION_COOKIE_NAME = "portulan"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURITY_DAYS = env.whole("PORTULAN_SECURITY_DAYS", env.text("PORTULAN_SECURITY_DAYS", "365"))
IDLE_HOURS = env.whole("PORTULAN_IDLE_HOURS", env.text("PORTULAN_IDLE_HOURS", "24"))
# How many requests a minute the tokens of one person may send to the API (portulan.api.limits).
API_PER_MINUTE = env.whole("PORTULAN_API_PER_MINUTE", env.text("PORTULAN_API_PER_MINUTE", "600"))
# Organisations, by their short names, that may make those of their members (publication.groups).
FOUNDERS = env.words("PORTULAN_FOUNDERS")
# How long what serves no more is kept (core.retention).
TASK_DAYS = env.whole("PORTULAN_TASK_DAYS", env.text("PORTULAN_TASK_DAYS", "90"))
PREVIEW_DAYS = env.whole("PORTULAN_PREVIEW_DAYS", env.text("PORTULAN_PREVIEW_DAYS", "30"))
DEPARTED_DAYS = env.whole("PORTULAN_DEPARTED_DAYS", env.text("PORTULAN_DEPARTED_DAYS", "1095"))
SESSION_IDLE = timedelta(hours=IDLE_HOURS)
SESSION_COOKIE_SECURE = HTTPS
# The CSRF token lives in the session: no cookie but the session's.
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "portulan.web.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "portulan.web.inputs.UploadGuard",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone()

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Messages: the server, who they come from, the days (Monday is 1) and hours when they leave.
MAILERS = env.mailers(env.text("PORTULAN_SMTP"))
MAIL_FROM = env.text("PORTULAN_MAIL_FROM", f"portulan@{ALLOWED_HOSTS[0].strip('[]')}")
MAIL_HOURS = env.hours("PORTULAN_MAIL_HOURS", env.text("PORTULAN_MAIL_HOURS", "8-18"))
MAIL_DAYS = {int(day) for day in env.words("PORTULAN_MAIL_DAYS", "1,2,3,4,5") if day in "1234567"}
# What may have left when its process ended: never sent again, or again with its Message-ID.
MAIL_AGAIN = env.flag("PORTULAN_MAIL_AGAIN")
# Where people come from a message.
ADDRESS = env.address(
    env.text("PORTULAN_ADDRESS"),
    own_address.kept(DATA),
    f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}",
)
# Whether a person said it: `serve` only says where it listens while nobody has.
ADDRESS_SAID = bool(env.text("PORTULAN_ADDRESS"))

# Places of one’s own network, `name:port`, that webhooks may reach, over HTTP too.
WEBHOOK_HOSTS = frozenset(env.words("PORTULAN_WEBHOOK_HOSTS"))
# The same of sources that are read by their address.
SOURCE_HOSTS = frozenset(env.words("PORTULAN_SOURCE_HOSTS"))

# The time-stamping authority (RFC 3161) that whoever operates trusts; without one, none is asked.
TIMESTAMP_URL = env.text("PORTULAN_TIMESTAMP_URL")

# Its rank among the instances of one service: their rows are numbered apart (`core.numbering`).
CELL = env.cell(env.text("PORTULAN_CELL", "1"))

# Backups made by whoever serves: where, every how many minutes, how many are kept, and the command
# of the operator that takes each away (`{}` is the file).
BACKUP_FOLDER = env.text("PORTULAN_BACKUP_FOLDER")
BACKUP_MINUTES = env.whole("PORTULAN_BACKUP_MINUTES", env.text("PORTULAN_BACKUP_MINUTES", "1440"))
BACKUP_KEEP = env.whole("PORTULAN_BACKUP_KEEP", env.text("PORTULAN_BACKUP_KEEP", "14"))
BACKUP_COMMAND = env.text("PORTULAN_BACKUP_COMMAND")

SYSLOG = env.syslog(env.text("PORTULAN_SYSLOG"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}, **SYSLOG},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A page refused or not found is an answer: its traceback would hide what is wrong.
    "loggers": {
        "django.request": {"level": "ERROR"},
        # The security journal, where somebody listens.
        "portulan.security": {"level": "INFO", "handlers": list(SYSLOG), "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS = [
    "mail.W001",  # without a server of mail, messages are copied by hand
    "auth.W004",  # addresses are unique whatever their case, by a constraint that the check misses
]
