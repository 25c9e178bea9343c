from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "training_sessions"
    verbose_name = "Sessions de formation"
