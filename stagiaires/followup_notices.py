"""Kinds of news about what follows a training. A sentence names the session, never the person."""

from core.accounts.enums import OrganisationKind
from core.journal.notices import Notice, register


@register
class PeopleToCall(Notice):
    """R109: those who have answered no message."""

    kind = "suivi.a_appeler"
    label = "Des personnes sont à appeler pour savoir ce qu’elles deviennent, chaque semaine"
    audience = (OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME)


@register
class HireSaid(Notice):
    """A person says that he works: to be looked at, then declared or not (R93)."""

    kind = "suivi.embauche"
    label = "Une personne dit avoir un emploi après sa formation"
    audience = (OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME)


@register
class OpinionToRead(Notice):
    kind = "avis.a_relire"
    label = "Des avis de stagiaires sont à relire"
    audience = (OrganisationKind.REGION,)


@register
class OpinionShown(Notice):
    kind = "avis.publie"
    label = "Un avis sur l’une de vos sessions est publié"
    audience = (OrganisationKind.ORGANISME,)


@register
class OpinionReported(Notice):
    kind = "avis.signale"
    label = "Un avis publié est signalé"
    audience = (OrganisationKind.REGION,)


@register
class DataAsked(Notice):
    kind = "donnees.demande"
    label = "Une personne demande à corriger ou à effacer ses données"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)
