from django.apps import AppConfig


class IntentionsConfig(AppConfig):
    name = "intentions"
    label = "intentions"
    verbose_name = "Intentions d’embauche"
