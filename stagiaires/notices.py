"""Kinds of news about candidacies and information meetings. A sentence names the session, never the person."""

from collections.abc import Iterable

from django.urls import reverse

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.models import Preference
from core.journal.notices import Notice, notify, register
from stagiaires.models import InformationMeeting, Positioning


@register
class CandidateProposed(Notice):
    kind = "candidature.proposee"
    label = "Une personne est proposée sur l’une de vos sessions"
    audience = (OrganisationKind.ORGANISME,)


@register
class CandidateAnswered(Notice):
    kind = "candidature.reponse"
    label = "L’organisme répond à une candidature"
    audience = (OrganisationKind.VALIDEUR,)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class CandidateChanged(Notice):
    kind = "candidature.retiree"
    label = "Une candidature est retirée ou reprise"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.VALIDEUR)


@register
class CandidateHanded(Notice):
    kind = "candidature.confiee"
    label = "Un collègue vous confie une candidature"
    audience = (OrganisationKind.VALIDEUR,)


@register
class CandidateMessage(Notice):
    kind = "candidature.message"
    label = "Un message arrive sur une candidature"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.VALIDEUR)


@register
class OpinionGiven(Notice):
    kind = "candidature.avis"
    label = "Un avis est donné sur un candidat"
    audience = (OrganisationKind.ORGANISME,)


@register
class OpinionAsked(Notice):
    """R88: the employer is heard before the organisme decides."""

    kind = "candidature.votre_avis"
    label = "Des candidats attendent votre avis"
    audience = (OrganisationKind.EMPLOYEUR,)


@register
class AnswerLate(Notice):
    kind = "candidature.en_retard"
    label = "Des candidatures attendent une réponse depuis trop longtemps"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class MeetingNews(Notice):
    """R89: planned, moved or called off."""

    kind = "reunion.annonce"
    label = "Une réunion d’information est prévue, déplacée ou annulée"
    audience = (OrganisationKind.EMPLOYEUR, OrganisationKind.VALIDEUR)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class NewCalendar(Notice):
    """R91: every employer of the session hears of the new calendar."""

    kind = "session.nouveau_calendrier"
    label = "Un nouveau calendrier de recrutement est convenu pour une session"
    audience = (OrganisationKind.EMPLOYEUR, OrganisationKind.REGION)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class ReferentNamed(Notice):
    kind = "session.referent"
    label = "Vous êtes désigné référent d’une session"
    audience = (OrganisationKind.VALIDEUR,)


@register
class NewSessions(Notice):
    kind = "session.nouvelles"
    label = "Les nouvelles sessions de votre territoire, chaque semaine"
    audience = (OrganisationKind.VALIDEUR,)


def tell(
    notice: type[Notice], hats: Iterable[Membership], positioning: Positioning, text: str, *, once: str = ""
) -> None:
    """Tell these people of a candidacy, with its address. `once` distinguishes two news of the same kind."""
    notify(notice, hats, positioning, text, reverse("positionnement_detail", args=[positioning.pk]), dedupe_key=once)


def tell_of_meeting(
    notice: type[Notice], hats: Iterable[Membership], meeting: InformationMeeting, text: str, *, once: str = ""
) -> None:
    """Tell these people of a meeting, with its address."""
    notify(notice, hats, meeting, text, reverse("reunion_detail", args=[meeting.pk]), dedupe_key=once)
