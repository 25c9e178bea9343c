"""Settings shared by every way to run; each other module of this package says only how it differs."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
VAR_DIR = Path(env("PORTAL_VAR", default=str(BASE_DIR / "var"))).resolve()

SITE_NAME = "1 emploi = 1 formation"
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")  # how the e-mails name the portal
REGION_NAME = "Région Pays de la Loire"
DEMO = False  # demo accounts, one-click sign-in, caught mail
DEBUG = False
GALLERY = False  # the page of components, /composants/

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.contrib.postgres",
    "django.forms",  # so that the form renderer finds the stock widgets
    "pgtrigger",
    "pghistory",
    "django_cotton",
    "django_htmx",
    "django_filters",
    "django_structlog",
    "csp",
    "core.ui",
    "core.journal",
    "core.accounts",
    "core.reference",
    "core.rulebook",
    "intentions",
    "orders",
    "sessions",
    "stagiaires",
    "invoices",
    "simulateur",
    "pilotage",
    "portal",
    # After ours, so that our templates of the same name win.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.accounts.middleware.HatMiddleware",
    "core.accounts.middleware.RegionMfaMiddleware",
    "core.ui.middleware.OnlyPostedMiddleware",
    "core.journal.middleware.HistoryMiddleware",
    "core.journal.middleware.ReadOnlyGetMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
ASGI_APPLICATION = "portal.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.ui.context.shell",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "core.ui.templatetags.ui",
                "core.journal.templatetags.journal",
                "core.accounts.templatetags.accounts",
            ],
        },
    }
]
COTTON_DIR = "cotton"
FORM_RENDERER = "core.ui.forms.Renderer"

# --- Database: PostgreSQL everywhere; without DATABASE_URL, the embedded one. -------------------
DATABASE_URL = env("DATABASE_URL", default="")
if not DATABASE_URL:
    from portal import local

    DATABASE_URL = local.database_url(VAR_DIR)
DATABASES = {
    "default": {
        **env.db_url_config(DATABASE_URL),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}

# --- Broker and cache: Redis; without REDIS_URL, the embedded Valkey on its socket. -------------
REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    CELERY_BROKER_URL = CACHE_URL = REDIS_URL
else:
    from portal import local

    CELERY_BROKER_URL = local.broker_url(VAR_DIR)
    CACHE_URL = local.cache_url(VAR_DIR)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600  # below the visibility time-out, or a long task runs twice at once
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

# --- People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accueil"
LOGOUT_REDIRECT_URL = "accueil"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "core.accounts.adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "core.accounts.forms.people.NameForm"
ACCOUNT_CHANGE_EMAIL = True  # one address per person; a new one replaces it once checked
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "core.accounts.forms.signin.LoginForm",
    "signup": "core.accounts.forms.signin.SignupForm",
    "reset_password": "core.accounts.forms.signin.ResetPasswordForm",
    "reset_password_from_key": "core.accounts.forms.signin.ResetPasswordKeyForm",
    "change_password": "core.accounts.forms.signin.ChangePasswordForm",
    "set_password": "core.accounts.forms.signin.SetPasswordForm",
    "add_email": "core.accounts.forms.signin.AddEmailForm",
    "reauthenticate": "core.accounts.forms.signin.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "core.accounts.forms.signin.AuthenticateForm",
    "reauthenticate": "core.accounts.forms.signin.ReauthenticateByCodeForm",
    "activate_totp": "core.accounts.forms.signin.ActivateTotpForm",
}
MFA_ADAPTER = "core.accounts.adapter.MfaAdapter"
MFA_TOTP_ISSUER = SITE_NAME
MFA_REQUIRED_FOR_REGION = env.bool("MFA_REQUIRED_FOR_REGION", default=True)

# --- French -------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

# --- Files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"  # never served as such: files go out through views that check who asks
MEDIA_ROOT = VAR_DIR / "media"
FEED_DIR = VAR_DIR / "flux"
EXCHANGE_DROP_DIR = env("EXCHANGE_DROP_DIR", default="")  # where partners take their files; empty: downloaded by hand
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_PERMISSIONS = 0o640

# --- Mail ---------------------------------------------------------------------------------------
SMS_SENDER = env("SMS_SENDER", default="")  # who carries text messages (a class's path); empty: nobody
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="ne-pas-repondre@exemple.test")
CONTACT_EMAIL = env("CONTACT_EMAIL", default="contact@exemple.test")
EMAIL_TIMEOUT = 10

# --- Security -----------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.ui.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}

# --- Outside services: one small client each, a short time-out, a manual route ------------------
COMPANY_API_URL = env("COMPANY_API_URL", default="https://recherche-entreprises.api.gouv.fr")
COMPANY_API_TIMEOUT = 3.0  # seconds
# Chorus Pro through PISTE (docs/chorus-pro.md). Without all six, invoices are deposited by hand.
CHORUS_API_URL = env("CHORUS_API_URL", default="")
CHORUS_OAUTH_URL = env("CHORUS_OAUTH_URL", default="")
CHORUS_CLIENT_ID = env("CHORUS_CLIENT_ID", default="")
CHORUS_CLIENT_SECRET = env("CHORUS_CLIENT_SECRET", default="")
CHORUS_LOGIN = env("CHORUS_LOGIN", default="")
CHORUS_PASSWORD = env("CHORUS_PASSWORD", default="")
CHORUS_TIMEOUT = env.float("CHORUS_TIMEOUT", default=30.0)  # seconds
CHORUS_QUIET_HOURS = env.int("CHORUS_QUIET_HOURS", default=24)  # unknown for so long, it was never received
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=120)  # from one address
PROGRAMME_LABEL = env("PROGRAMME_LABEL", default="PROGRAMME REGION – 1 emploi = 1 formation")

from portal.settings.logs import LOGGING  # noqa: E402, F401
from portal.settings.schedule import CELERY_BEAT_SCHEDULE  # noqa: E402, F401
