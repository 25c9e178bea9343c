from django.apps import AppConfig


class PilotageConfig(AppConfig):
    name = "pilotage"
    label = "pilotage"
    verbose_name = "Pilotage"
