"""What the clock says of candidacies: answers that are late, sessions that are new. Nobody waits in the dark."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal.notices import notify
from core.rulebook import parameters
from core.ui.french import pluriel
from orders.workflow.people import members_of, region_of
from sessions.models import Session
from sessions.queries import catalogue
from stagiaires.enums import PositioningState
from stagiaires.models import Positioning
from stagiaires.notices import AnswerLate, NewSessions

WEEK = timedelta(days=7)
# What has waited for longer was told when it began to: news of that time may be erased, and are not told anew.
LOOK_BACK = timedelta(days=90)


def remind_answers() -> int:
    """Tell each organisme of the answers that it owes since yesterday or before; told again when others join them."""
    return _remind(0, lambda session: members_of(session.organisme), "organisme")


def remind_region() -> int:
    """Tell the lot's gestionnaire of those that stay without answer after the reminder."""
    days = int(parameters.current()["positioning_region_days"])
    return _remind(days, lambda session: region_of(session.lot), "region")


def _remind(days: int, whom: Callable[[Session], Iterable[Membership]], side: str) -> int:
    last = timezone.localdate() - timedelta(days=days)
    late = Positioning.objects.filter(
        state__in=PositioningState.waiting(), answer_due_on__lt=last, answer_due_on__gte=last - LOOK_BACK
    )
    by_session: dict[int, list[int]] = defaultdict(list)
    for pk, session_id in late.order_by("pk").values_list("pk", "session_id"):
        by_session[session_id].append(pk)
    told = 0
    rows = Session.objects.filter(pk__in=by_session).select_related("organisme", "lot").order_by("pk")
    for session in rows:
        waiting = by_session[session.pk]
        count = pluriel(len(waiting), "candidature attend", "candidatures attendent")
        text = f"{session.title} ({session.number})\u00a0: {count} une réponse de l’organisme depuis trop longtemps"
        url = f"{reverse('session_candidats', args=[session.number])}?suivi=retard"
        told += notify(AnswerLate, whom(session), session, text, url, dedupe_key=f"{side}:{waiting[-1]}")
    return told


def tell_new_sessions() -> int:
    """Once a week, tell the valideurs of each département of the sessions published there since the week before."""
    today = timezone.localdate()
    year, week, _ = today.isocalendar()
    fresh = catalogue.public().filter(
        Q(published_at__gte=timezone.now() - WEEK), enter_until__gte=today, places_left__gt=0
    )
    told = 0
    for departement, count in fresh.order_by().values_list("departement").annotate(n=Count("pk")):
        hats = active_hats(organisation__kind=OrganisationKind.VALIDEUR, organisation__commune__departement=departement)
        by_agency: dict[int, list[Membership]] = defaultdict(list)
        for hat in hats.order_by("pk"):
            by_agency[hat.organisation_id].append(hat)
        words = pluriel(count, "nouvelle session", "nouvelles sessions")
        text = f"{words} dans votre département cette semaine"
        url = f"{reverse('catalogue')}?departement={departement}&tri=nouveaute"
        for people in by_agency.values():
            told += notify(NewSessions, people, people[0].organisation, text, url, dedupe_key=f"{year}-{week}")
    return told
