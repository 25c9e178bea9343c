"""Kinds of organisations and roles. Retired choices stay here and leave the forms."""

from django.db import models


class OrganisationKind(models.TextChoices):
    EMPLOYEUR = "employeur", "Employeur"
    ORGANISME = "organisme", "Organisme de formation"
    REGION = "region", "Région"
    VALIDEUR = "valideur", "Valideur"
    RELAIS = "relais", "Relais"
    CARIFOREF = "cariforef", "Cariforef"


# How the header names a kind of hat.
SHORT_KINDS = {
    OrganisationKind.EMPLOYEUR: "Employeur",
    OrganisationKind.ORGANISME: "Organisme",
    OrganisationKind.REGION: "Région",
    OrganisationKind.VALIDEUR: "Valideur",
    OrganisationKind.RELAIS: "Relais",
    OrganisationKind.CARIFOREF: "Cariforef",
}


class Role(models.TextChoices):
    MEMBRE = "membre", "Membre"
    ADMINISTRATEUR = "administrateur", "Administrateur"
    GESTIONNAIRE = "gestionnaire", "Gestionnaire"
    DECIDEUR = "decideur", "Décideur"
    FINANCES = "finances", "Finances"

    @classmethod
    def for_kind(cls, kind: str) -> list["Role"]:
        """Roles that a member of this kind of organisation may hold."""
        if kind == OrganisationKind.REGION:
            return [cls.GESTIONNAIRE, cls.DECIDEUR, cls.FINANCES, cls.ADMINISTRATEUR]
        return [cls.MEMBRE, cls.ADMINISTRATEUR]


def hat_label(kind: str, role: str) -> str:
    """A hat in few words, as the header shows it: « Région · Décideur », « Employeur »."""
    short = SHORT_KINDS[OrganisationKind(kind)]
    # Roles decide what one sees at the Région; elsewhere they only say who manages the members.
    return f"{short} · {Role(role).label}" if kind == OrganisationKind.REGION else short


class ValideurNetwork(models.TextChoices):
    FRANCE_TRAVAIL = "france_travail", "France Travail"
    MISSION_LOCALE = "mission_locale", "Mission locale"
    CAP_EMPLOI = "cap_emploi", "Cap emploi"
    DEPARTEMENT = "departement", "Conseil départemental"


class RelaisKind(models.TextChoices):
    OPCO = "opco", "Opérateur de compétences (Opco)"
    SOLUTIONS_CO = "solutions_co", "Solutions&Co"
    COMITE_LOCAL = "comite_local", "Comité local"


class EmployerNature(models.TextChoices):
    """What the rules ask of an employer (R20, R24, R25, R26)."""

    PRIVE = "prive", "Entreprise privée"
    PUBLIC = "public", "Employeur public"
    ASSOCIATION = "association", "Association"
    SIAE = "siae", "Structure d’insertion par l’activité économique (SIAE)"
    ETTI = "etti", "Entreprise de travail temporaire d’insertion (ETTI)"
    AGENCE_EMPLOI = "agence_emploi", "Agence d’emploi (intérim)"
