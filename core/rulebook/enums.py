"""States and choices of what the Région does with the rules."""

from django.db import models

from core.journal.states import Move, Moves

LEFT_OUT = "retiree"  # what a rule's dated value says when the rule no longer speaks


class ProposalState(models.TextChoices):
    EN_CALCUL = "en_calcul", "Calcul en cours"
    PRETE = "prete", "À décider"
    ADOPTEE = "adoptee", "Adoptée"
    ABANDONNEE = "abandonnee", "Abandonnée"


class ProposalMove(Moves):
    FINIR = Move((ProposalState.EN_CALCUL,), ProposalState.PRETE)
    ADOPTER = Move((ProposalState.PRETE,), ProposalState.ADOPTEE)
    ABANDONNER = Move((ProposalState.EN_CALCUL, ProposalState.PRETE), ProposalState.ABANDONNEE)


class ControlKind(models.TextChoices):
    CHAINE = "chaine", "Chaîne des reçus"
    REJEU = "rejeu", "Décisions jugées de nouveau"
