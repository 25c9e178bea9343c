from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "core.accounts"
    label = "accounts"
    verbose_name = "Comptes et organisations"

    def ready(self) -> None:
        from core.accounts import mails, notices  # noqa: F401 what they declare is kept in registers
        from core.accounts.enums import OrganisationKind
        from core.ui import navigation

        navigation.place("sign_in", "Se connecter", "account_login")
        navigation.place("sign_out", "Me déconnecter", "account_logout")
        navigation.place("account", "Mon compte", "mon_compte")
        navigation.place("hat_switch", "Changer de casquette", "hat_change")
        navigation.place("demo", "Lire les courriels que le portail aurait envoyés", "courriels")
        navigation.place("organisation", "Mon organisation", "organisation")
        navigation.register(OrganisationKind.REGION, "Organisations", "region_organisations", order=75)
