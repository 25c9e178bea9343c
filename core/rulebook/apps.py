from django.apps import AppConfig

from core.ui import navigation


class RulebookConfig(AppConfig):
    name = "core.rulebook"
    label = "rulebook"
    verbose_name = "Règles et reçus"

    def ready(self) -> None:
        navigation.register(navigation.PUBLIC, "Les règles", "regles", order=60, match="/regles/")
        navigation.register(navigation.PUBLIC, "Questions", "questions", order=62, match="/questions/")
        navigation.place("rules", "Les règles et leurs textes", "regles")
