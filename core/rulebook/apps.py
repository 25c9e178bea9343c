from django.apps import AppConfig

from core.ui import navigation


class RulebookConfig(AppConfig):
    name = "core.rulebook"
    label = "rulebook"
    verbose_name = "Règles et reçus"

    def ready(self) -> None:
        """News, promised work and header entries of the rules."""
        from core.rulebook import notices  # noqa: F401 they put themselves in the registry
        from core.rulebook.workflow import looks, proposals  # noqa: F401 they keep the promises of the outbox

        navigation.register(navigation.PUBLIC, "Les règles", "regles", order=60, match="/regles/")
        navigation.register(navigation.PUBLIC, "Questions", "questions", order=62, match="/questions/")
        navigation.place("rules", "Les règles et leurs textes", "regles")
