from django.apps import AppConfig

from core.accounts.enums import OrganisationKind
from core.ui import navigation


class OrdersConfig(AppConfig):
    name = "orders"
    label = "orders"
    verbose_name = "Marchés et lots"

    def ready(self) -> None:
        from orders import notices  # noqa: F401 puts its kinds of news in the registry

        navigation.register([OrganisationKind.REGION, OrganisationKind.ORGANISME], "Lots", "lot_liste", order=60)
