from django.apps import AppConfig
from django.db.models.signals import pre_migrate


def create_extensions(using: str, **kwargs: object) -> None:
    """PostgreSQL's own contrib modules, asked for before any table that leans on them (search, exclusion)."""
    from django.db import connections

    with connections[using].cursor() as cursor:
        for name in ("pg_trgm", "unaccent", "btree_gist"):
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


class ReferenceConfig(AppConfig):
    name = "core.reference"
    label = "reference"
    verbose_name = "Référentiels"

    def ready(self) -> None:
        pre_migrate.connect(create_extensions, dispatch_uid="reference.extensions")
