from django.apps import AppConfig

from core.accounts.enums import OrganisationKind
from core.ui import navigation


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "training_sessions"
    verbose_name = "Sessions de formation"

    def ready(self) -> None:
        from intentions.facts import register_sector_lookup
        from intentions.queries import register_reach
        from orders.queries import covers
        from sessions import notices  # noqa: F401 puts its kinds of news in the registry
        from sessions.queries.requests import reach
        from sessions.workflow import posts  # noqa: F401 hears of the intentions that are withdrawn

        register_reach(reach)
        register_sector_lookup(covers)
        navigation.register(OrganisationKind.ORGANISME, "Demandes", "demande_liste", order=20)
