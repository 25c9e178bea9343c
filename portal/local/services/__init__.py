"""The two services and the process that keeps them.

This package needs the standard library alone and imports nothing of the portal, because the keeper
runs it without Django and Celery. Its modules import one another relatively.
"""
