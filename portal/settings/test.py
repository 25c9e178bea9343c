"""Tests: the same PostgreSQL and Valkey as the default start, quick hashing, mail kept in memory."""

import os

os.environ.setdefault("PORTAL_SERVICES", "test")  # a database of their own, without disk syncs

from portal.settings.base import *  # noqa: F403
from portal.settings.base import CACHES, MIDDLEWARE

SECRET_KEY = "tests-only-" + "0" * 40
ALLOWED_HOSTS = ["*"]
DEMO = False
GALLERY = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = False
MFA_REQUIRED_FOR_REGION = False
ACCOUNT_RATE_LIMITS = False  # every test comes from the same address; one test turns them on
# Each test process has a numbered base of Valkey to itself, which it may empty.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
CACHES = {"default": {**CACHES["default"], "LOCATION": f"{CACHES['default']['LOCATION']}?db={int(_worker) + 1}"}}

# The live server of the browser tests serves the sources of the static files itself.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise")]
