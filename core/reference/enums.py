"""Closed lists of the reference room."""

from django.db import models


class Source(models.TextChoices):
    """The official lists, in the order in which they lean on each other."""

    DEPARTEMENTS = "departements", "Départements"
    EPCI = "epci", "Intercommunalités (EPCI)"
    COMMUNES = "communes", "Communes"
    ZONES_EMPLOI = "zones-emploi", "Zones d’emploi (en attendant les territoires)"
    TERRITOIRES = "territoires", "Territoires de la Région"
    NSF = "nsf", "Spécialités de formation (NSF)"
    FORMACODES = "formacodes", "Formacodes"
    METIERS = "metiers", "Métiers (ROME)"
    APPELLATIONS = "appellations", "Appellations de métiers (ROME)"
    OPCO = "opco", "Opco"
    IDCC = "idcc", "Conventions collectives (IDCC)"
    FILIERES = "filieres", "Filières des lots"
    CERTIFICATIONS = "certifications", "Certifications (RNCP et répertoire spécifique)"
    BLOCS = "blocs", "Blocs de compétences"


class Vocabulary(models.TextChoices):
    """The lists in which people search, each with its own words."""

    COMMUNES = "communes", "Communes"
    METIERS = "metiers", "Métiers"
    CERTIFICATIONS = "certifications", "Certifications"


class CertificationKind(models.TextChoices):
    RNCP = "rncp", "RNCP"
    RS = "rs", "Répertoire spécifique"
