from django.apps import AppConfig

from core.ui import navigation


class SimulateurConfig(AppConfig):
    name = "simulateur"
    label = "simulateur"
    verbose_name = "Simulateur"

    def ready(self) -> None:
        navigation.register(navigation.PUBLIC, "Simulateur", "simulateur", order=30, match="/simulateur/")
