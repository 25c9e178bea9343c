from django.apps import AppConfig


class IntentionsConfig(AppConfig):
    name = "intentions"
    label = "intentions"
    verbose_name = "Intentions d’embauche"

    def ready(self) -> None:
        """News, letters and header entries of this room."""
        from core.rulebook import letters, registry
        from core.ui import navigation
        from intentions import mails, notices  # noqa: F401 they register themselves
        from intentions.aids import RULES as AIDS
        from intentions.letters import ACTS, head
        from intentions.retold import INTENTIONS
        from intentions.rules import OUTCOME, RULES

        letters.register("intention", ACTS, head)
        registry.register(RULES)
        registry.register_files(INTENTIONS)
        registry.register(OUTCOME)
        registry.register(AIDS)
        navigation.register("employeur", "Mes embauches", "intention_liste", order=10, match="/intentions/")
        navigation.register(
            ["organisme", "valideur", "relais", "region"],
            "Intentions",
            "intention_liste",
            order=20,
            match="/intentions/",
        )
