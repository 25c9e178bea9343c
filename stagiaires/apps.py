from django.apps import AppConfig


class StagiairesConfig(AppConfig):
    name = "stagiaires"
    label = "stagiaires"
    verbose_name = "Stagiaires"

    def ready(self) -> None:
        from core.rulebook import registry
        from stagiaires.rules import RULESETS

        for ruleset in RULESETS:
            registry.register(ruleset)
