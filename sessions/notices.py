"""Kinds of news about session requests."""

from collections.abc import Iterable

from django.urls import reverse

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal.models import Preference
from core.journal.notices import Notice, notify, register
from sessions.models import FeedRelease, Session, SessionRequest


@register
class RequestArrived(Notice):
    kind = "demande.envoyee"
    label = "Une demande de session arrive"
    audience = (OrganisationKind.REGION,)


@register
class MandataireTold(Notice):
    """R116: told, never asked."""

    kind = "demande.cotraitant"
    label = "Un co-traitant saisit la Région sur l’un de vos lots"
    audience = (OrganisationKind.ORGANISME,)


@register
class RequestMessage(Notice):
    kind = "demande.message"
    label = "Un message arrive sur une demande de session"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class PostsLost(Notice):
    kind = "demande.poste_perdu"
    label = "Une intention rattachée à une demande n’est plus disponible"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class SessionStopped(Notice):
    """R18: those who recruit for it, and the employers who stay in it."""

    kind = "session.suspendue"
    label = "Une session s’arrête ou reprend après le désistement d’un employeur"
    audience = (OrganisationKind.EMPLOYEUR, OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME)


@register
class PlaceOffered(Notice):
    kind = "session.place_proposee"
    label = "Une place vous est proposée dans une session de formation"
    audience = (
        OrganisationKind.EMPLOYEUR,
        OrganisationKind.ORGANISME,
        OrganisationKind.VALIDEUR,
        OrganisationKind.RELAIS,
        OrganisationKind.REGION,
    )
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class PlaceAnswered(Notice):
    kind = "session.place_reponse"
    label = "Un employeur répond à une place proposée"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)


@register
class ExtraHoursAsked(Notice):
    kind = "session.heures_demandees"
    label = "Des heures supplémentaires sont demandées"
    audience = (OrganisationKind.REGION,)


@register
class ExtraHoursAnswered(Notice):
    kind = "session.heures_reponse"
    label = "La Région répond à une demande d’heures supplémentaires"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.EMPLOYEUR)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class RequestWithdrawn(Notice):
    kind = "demande.retiree"
    label = "Une demande de session est retirée"
    audience = (OrganisationKind.REGION,)


@register
class RequestDecided(Notice):
    kind = "demande.decidee"
    label = "La Région répond à une demande de session"
    audience = (OrganisationKind.ORGANISME,)
    rhythm = Preference.Rhythm.IMMEDIAT


def tell(
    notice: type[Notice], hats: Iterable[Membership], request: SessionRequest, text: str, *, once: str = ""
) -> None:
    """Tell these people, with the address of the request. `once` distinguishes two news of the same kind."""
    notify(notice, hats, request, text, reverse("demande_detail", args=[request.pk]), dedupe_key=once)


def tell_of_places(
    notice: type[Notice], hats: Iterable[Membership], request: SessionRequest, text: str, *, once: str = ""
) -> None:
    """Tell these people of the posts of a request: once it has a session, on the page of its places and employers."""
    page = "demande_places" if hasattr(request, "session") else "demande_detail"
    notify(notice, hats, request, text, reverse(page, args=[request.pk]), dedupe_key=once)


@register
class SessionUnprepared(Notice):
    """R104, R106: who follows the session is known before it begins, or it does not begin."""

    kind = "session.a_preparer"
    label = "Une session commence bientôt, ou n’a pas pu commencer, sans référent ou sans personne pour la suivre"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION, OrganisationKind.VALIDEUR)


@register
class SheetQuarantined(Notice):
    kind = "session.quarantaine"
    label = "Une session autorisée ne peut pas encore être publiée"
    audience = (OrganisationKind.ORGANISME, OrganisationKind.REGION)
    rhythm = Preference.Rhythm.IMMEDIAT


@register
class SheetCorrected(Notice):
    kind = "session.fiche_corrigee"
    label = "Un organisme corrige la fiche publique d’une session"
    audience = (OrganisationKind.REGION,)


@register
class FeedRefused(Notice):
    kind = "flux.refuse"
    label = "Le flux public attend une confirmation"
    audience = (OrganisationKind.REGION,)
    rhythm = Preference.Rhythm.IMMEDIAT


def region_administrators() -> list[Membership]:
    return list(
        Membership.objects.filter(organisation__kind=OrganisationKind.REGION, role=Role.ADMINISTRATEUR, is_active=True)
        .select_related("user")
        .order_by("id")
    )


def tell_of_session(
    notice: type[Notice], hats: Iterable[Membership], session: Session, text: str, *, once: str = ""
) -> int:
    """Tell these people of a session, with the address of the request that it comes from. Returns how many it told."""
    return notify(notice, hats, session, text, reverse("demande_detail", args=[session.request_id]), dedupe_key=once)


def tell_of_feed(notice: type[Notice], hats: Iterable[Membership], release: FeedRelease, text: str) -> None:
    """Tell these people of a writing of the feed, with the address of its page."""
    notify(notice, hats, release, text, reverse("region_flux"))
