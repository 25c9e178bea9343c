from django.apps import AppConfig
from django.core import checks

from core.accounts.enums import OrganisationKind
from core.ui import navigation


class InvoicesConfig(AppConfig):
    name = "invoices"
    label = "invoices"
    verbose_name = "Factures"

    def ready(self) -> None:
        from core.rulebook import registry
        from invoices import notices, tasks  # noqa: F401 they keep promises, and put news in the registry
        from invoices.chorus import connection
        from invoices.retold import FILES

        for kind in FILES:
            registry.register_files(kind)

        checks.register(connection.check)
        navigation.register(
            [OrganisationKind.REGION, OrganisationKind.ORGANISME], "Factures", "facture_liste", order=65,
            match="/factures/", room="Commandes",
        )  # fmt: skip
