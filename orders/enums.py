"""Choices of the market's records."""

from django.db import models


class LotRole(models.TextChoices):
    MANDATAIRE = "mandataire", "Mandataire"
    COTRAITANT = "cotraitant", "Co-traitant"
    SOUS_TRAITANT = "sous_traitant", "Sous-traitant"
