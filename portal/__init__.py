"""The front door: settings, urls, celery, wsgi; `local/` starts the embedded services."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
