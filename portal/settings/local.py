"""The default start, `make run`: everything on one machine, demo accounts, caught mail."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import VAR_DIR, env

DEMO = True
GALLERY = True
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = "demo-only-key-never-used-in-production-" + "0" * 24
ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "courriels"
ACCOUNT_EMAIL_VERIFICATION = "optional"
MFA_REQUIRED_FOR_REGION = False
