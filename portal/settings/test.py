"""Tests: the same PostgreSQL and Valkey as the default start, quick hashing, mail kept in memory."""

import os

os.environ.setdefault("PORTAL_SERVICES", "test")  # a database of their own, without disk syncs

from portal.settings.base import *  # noqa: F403

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
