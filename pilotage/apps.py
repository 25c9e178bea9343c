from django.apps import AppConfig

from core.accounts.enums import OrganisationKind
from core.ui import navigation


class PilotageConfig(AppConfig):
    name = "pilotage"
    label = "pilotage"
    verbose_name = "Pilotage"

    def ready(self) -> None:
        navigation.register(list(OrganisationKind), "Aujourd’hui", "accueil", order=0)
        navigation.place("accessibility", "Accessibilité", "accessibilite")
        navigation.place("privacy", "Données personnelles", "donnees_personnelles")
        navigation.place("contact", "Nous écrire", "contact")
