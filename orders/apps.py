from django.apps import AppConfig

from core.accounts.enums import OrganisationKind
from core.ui import navigation

ROOM = "Commandes"  # the word of the header behind which the money stands


class OrdersConfig(AppConfig):
    name = "orders"
    label = "orders"
    verbose_name = "Marchés et lots"

    def ready(self) -> None:
        from core.rulebook import registry
        from orders import documents, notices, reminders  # noqa: F401 they keep promises, and put news in the registry
        from orders.retold import FILES
        from orders.rules import RULESETS

        for ruleset in RULESETS:
            registry.register(ruleset)
        for kind in FILES:
            registry.register_files(kind)

        both = [OrganisationKind.REGION, OrganisationKind.ORGANISME]
        navigation.register(both, "Lots", "lot_liste", order=60, match="/lots/", room=ROOM)
        navigation.register(both, "Bons de commande", "commande_liste", order=62, match="/commandes/", room=ROOM)
