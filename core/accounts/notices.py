"""News that the accounts room tells."""

from core.accounts.enums import OrganisationKind
from core.journal.models import Preference
from core.journal.notices import Notice, register


@register
class AccessAsked(Notice):
    kind = "acces.demande"
    label = "Une personne demande à rejoindre votre organisation"
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class AccessAnswered(Notice):
    kind = "acces.reponse"
    label = "Réponse à votre demande de rejoindre une organisation"
    audience = (OrganisationKind.EMPLOYEUR,)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class InvitationAccepted(Notice):
    kind = "invitation.acceptee"
    label = "Une personne invitée a rejoint votre organisation"
