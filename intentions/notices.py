"""The kinds of news that intentions bring."""

from core.journal.notices import Notice, register


@register
class IntentionDeposee(Notice):
    kind = "intention.deposee"
    label = "Une intention d’embauche est déposée"
    audience = ("region",)


@register
class IntentionRepondue(Notice):
    kind = "intention.repondue"
    label = "Une de mes intentions d’embauche avance"
    audience = ("employeur", "organisme", "valideur", "relais", "region")


@register
class IntentionClose(Notice):
    kind = "intention.close"
    label = "Une intention d’embauche est retirée, réduite ou n’est plus valable"
    audience = ("employeur", "organisme", "valideur", "relais", "region")


@register
class IntentionSansReponse(Notice):
    kind = "intention.sans_reponse"
    label = "Une intention d’embauche attend une réponse depuis longtemps"
    audience = ("region",)


@register
class IntentionBrouillon(Notice):
    kind = "intention.brouillon"
    label = "Un de mes brouillons d’intention dort"
    audience = ("employeur", "organisme", "valideur", "relais", "region")


@register
class IntentionBientotExpiree(Notice):
    kind = "intention.bientot_expiree"
    label = "Une de mes intentions d’embauche arrive au bout de sa validité"
    audience = ("employeur", "organisme", "valideur", "relais")


@register
class RepriseTerminee(Notice):
    kind = "intention.reprise_terminee"
    label = "La reprise d’un tableau d’intentions est terminée"
    audience = ("organisme", "valideur", "relais", "region")
