from django.apps import AppConfig


class RulebookConfig(AppConfig):
    name = "core.rulebook"
    label = "rulebook"
    verbose_name = "Règles et reçus"
