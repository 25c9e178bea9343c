"""« Ce qui vous attend »: for each kind of hat, the few things to do now, most pressing first, and where."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.rulebook import parameters
from core.rulebook.workflow import editions, proposals
from core.ui.french import jour, pluriel
from core.ui.pagination import Counted
from core.ui.parts import Todo
from intentions import queries as intentions
from intentions.enums import IntentionState
from intentions.models import Intention
from pilotage import (
    today_attendance,
    today_candidates,
    today_exchanges,
    today_followup,
    today_invoices,
    today_orders,
    today_parcours,
)
from pilotage.asking import Ask, Row, ago, answers, first_rows, how_many, how_many_and_first
from sessions.enums import OfferState, RequestState, SessionMove, SessionState
from sessions.models import Quarantine, Session, SessionRequest
from sessions.queries import cascade, catalogue, desk, requests

MOST = 5  # of one kind: beyond, one line says how many more


def _soon(name: str) -> date:
    """The last day of the delay that the Région has dated under this name."""
    return timezone.localdate() + timedelta(days=int(parameters.current()[name]))


def todos_of(hat: Membership) -> list[Todo]:
    """What waits for this hat, most pressing first; empty when nothing does."""
    builder = BUILDERS.get(OrganisationKind(hat.kind))
    return answers(hat, [*(builder(hat) if builder else []), *_rules_to_note(hat)])


def _employer(hat: Membership) -> list[Ask]:
    mine = intentions.own(hat)
    turned_down = mine.filter(state=IntentionState.NON_ELIGIBLE).order_by("-closed_at", "-pk")
    return [
        *today_candidates.for_employer(hat),
        *today_parcours.for_employer(hat),
        _drafts(mine),
        first_rows(
            turned_down,
            MOST,
            lambda one: Todo(
                "Votre intention n’a pas pu être retenue",
                f"{Intention(number=one['number'], job_title=one['job'])} : {one['reason']}",
                tone="non",
                url=reverse("intention_detail", args=[one["pk"]]),
                action="Lire et corriger",
            ),
            pk="pk",
            number="number",
            job="job_title",
            reason="closing_reason",
        ),
        _offered(hat),
        _expiring(mine),
    ]


def _offered(hat: Membership) -> Ask:
    """Places offered for the intentions of this hat, that wait for its answer."""
    waiting = cascade.offers_for(hat).filter(state=OfferState.PROPOSEE).order_by("answer_by", "pk")
    return first_rows(
        waiting,
        MOST,
        lambda row: Todo(
            pluriel(row["posts"], "place vous est proposée", "places vous sont proposées"),
            f"{row['session']}, {row['organisme']}.",
            tone="doute",
            when=f"avant le {jour(date.fromisoformat(row['by']), weekday=False)}",
            url=reverse("proposition", args=[row["pk"]]),
            action="Répondre",
        ),
        pk="pk",
        posts="posts",
        by="answer_by",
        session="request__session__title",
        organisme="request__organisme__name",
    )


def _organisme(hat: Membership) -> list[Ask]:
    own = requests.own(hat)
    given_back = own.filter(state=RequestState.A_COMPLETER).order_by("updated_at", "pk")
    alerts = own.exclude(alert="").exclude(state__in=[RequestState.RETIREE, RequestState.REFUSEE])
    drafts = own.filter(state=RequestState.BROUILLON).order_by("-updated_at", "-pk")
    return [
        _requests(given_back, "La Région vous demande une précision", "doute", "Répondre"),
        _quarantined(own),
        _held_back(Session.objects.filter(organisme=hat.organisation_id), "demande_detail"),
        *today_candidates.for_organisme(hat),
        *today_parcours.for_organisme(hat),
        *today_attendance.for_organisme(hat),
        *today_followup.for_followers(hat),
        *today_followup.for_holders(hat),
        *today_exchanges.for_senders(hat),
        *today_orders.for_organisme(hat),
        *today_invoices.for_organisme(hat),
        _offered(hat),
        _requests(alerts.order_by("-updated_at", "-pk"), "Une demande est à revoir", "non", "Voir la demande"),
        _requests(drafts, "Une demande est en préparation", "info", "Reprendre"),
        _empty_seats(catalogue.public().filter(organisme=hat.organisation_id)),
        _drafts(intentions.own(hat)),
    ]


def _region(hat: Membership) -> list[Ask]:
    asked = [
        how_many(desk.late(), _late),
        how_many_and_first(requests.queue(), _waiting, title="title", organisme="organisme__name", at="completed_at"),
        how_many(desk.to_examine(), _to_examine),
        how_many(Intention.objects.filter(state=IntentionState.DEPOSEE), _unanswered),
    ]
    if hat.role in (Role.ADMINISTRATEUR, Role.GESTIONNAIRE, Role.DECIDEUR):
        asked.append(how_many(Quarantine.objects.all(), _out_of_the_feed))
    return [
        *asked,
        _held_back(Session.objects.all(), "region_demande"),
        *today_orders.for_region(hat),
        *today_invoices.for_region(hat),
        *today_attendance.for_region(hat),
        *today_parcours.for_region(hat),
        *today_followup.for_region(hat),
        *today_followup.for_holders(hat),
        *today_exchanges.for_senders(hat),
        _empty_seats(catalogue.public()),
    ]


def _late(found: Counted) -> Todo:
    return Todo(
        found.text("demande est en retard", "demandes sont en retard"),
        f"Complètes depuis avant le {jour(desk.late_before(), weekday=False)}.",
        tone="non",
        url=reverse("region_file") + "?suivi=retard",
        action="Instruire",
    )


def _waiting(found: Counted, first: Row) -> Todo:
    return Todo(
        found.text("demande attend une décision", "demandes attendent une décision"),
        f"La première : {first['title']}, {first['organisme']}.",
        tone="doute",
        when=ago(first["at"]),
        url=reverse("region_file"),
        action="Ouvrir la file",
    )


def _to_examine(found: Counted) -> Todo:
    return Todo(
        found.text("session est à réexaminer", "sessions sont à réexaminer"),
        "Un employeur s’est désisté : la session attend votre décision.",
        tone="non",
        url=reverse("region_reexamens"),
        action="Réexaminer",
    )


def _unanswered(found: Counted) -> Todo:
    return Todo(
        found.text("intention attend une réponse", "intentions attendent une réponse"),
        "L’employeur attend de savoir qui suit son besoin.",
        tone="doute",
        url=reverse("intention_liste") + f"?state={IntentionState.DEPOSEE}",
        action="Répondre",
    )


def _out_of_the_feed(found: Counted) -> Todo:
    return Todo(
        found.text("session n’entre pas dans le flux", "sessions n’entrent pas dans le flux"),
        "La fiche publique est incomplète.",
        tone="non",
        url=reverse("region_flux"),
        action="Voir pourquoi",
    )


def _valideur(hat: Membership) -> list[Ask]:
    return [
        *today_candidates.for_valideur(hat),
        *today_followup.for_followers(hat),
        _offered(hat),
        _drafts(intentions.own(hat)),
        _empty_seats(catalogue.public()),
    ]


def _relais(hat: Membership) -> list[Ask]:
    mine = intentions.own(hat)
    return [_offered(hat), _drafts(mine), _expiring(mine)]


BUILDERS: dict[OrganisationKind, Callable[[Membership], list[Ask]]] = {
    OrganisationKind.EMPLOYEUR: _employer,
    OrganisationKind.ORGANISME: _organisme,
    OrganisationKind.REGION: _region,
    OrganisationKind.VALIDEUR: _valideur,
    OrganisationKind.RELAIS: _relais,
}


def _rules_to_note(hat: Membership) -> list[Ask]:
    """Adopted changes of the rules that touch this organisation's files, until one of its people takes note."""
    if hat.kind == OrganisationKind.REGION:
        return []  # it is the one that adopts

    def told(one: Row) -> Todo:
        when = f"à partir du {jour(date.fromisoformat(one['on']), weekday=False)}" if one["on"] else ""
        return Todo(
            "Une règle change",
            f"{editions.label_of(one['name'])}\u00a0: {editions.said(one['name'], one['value'])}, {when}.",
            tone="info",
            when=ago(one["told"]),
            url=reverse("regle_nouvelle", args=[one["pk"]]),
            action="En prendre connaissance",
        )

    columns = {"name": "proposal__name", "value": "proposal__value", "on": "proposal__starts_on", "told": "told_at"}
    return [first_rows(proposals.unread_by(hat), MOST, told, pk="proposal_id", **columns)]


def _drafts(mine: QuerySet[Intention]) -> Ask:
    return first_rows(
        mine.filter(state=IntentionState.BROUILLON).order_by("-updated_at", "-pk"),
        MOST,
        lambda one: Todo(
            "Une intention est commencée",
            one["job"] or "Poste à préciser",
            tone="info",
            when=ago(one["at"]),
            url=reverse("intention_detail", args=[one["pk"]]),
            action="Reprendre",
        ),
        pk="pk",
        job="job_title",
        at="updated_at",
    )


def _expiring(mine: QuerySet[Intention]) -> Ask:
    soon = mine.filter(state__in=IntentionState.waiting(), expires_on__lte=_soon("expiry_notice_days"))
    return first_rows(
        soon.order_by("expires_on", "pk"),
        MOST,
        lambda one: Todo(
            "Une intention arrive à son terme",
            f"{one['job']}, valable jusqu’au {jour(date.fromisoformat(one['on']), weekday=False)}",
            tone="doute",
            url=reverse("intention_detail", args=[one["pk"]]),
            action="Voir",
        ),
        pk="pk",
        job="job_title",
        on="expires_on",
    )


def _quarantined(own: QuerySet[SessionRequest]) -> Ask:
    """Authorised sessions whose sheet cannot be published yet: the organisme can put its words right."""
    waiting = Quarantine.objects.filter(session__request__in=own.filter(state=RequestState.AUTORISEE))
    return first_rows(
        waiting.order_by("since", "pk"),
        MOST,
        lambda one: Todo(
            "Une session autorisée ne peut pas encore paraître",
            f"{one['title']} : {one['problems'][0]['message']}",
            tone="non",
            when=ago(one["since"]),
            url=reverse("demande_fiche", args=[one["request"]]),
            action="Corriger sa fiche",
        ),
        title="session__title",
        problems="problems",
        since="since",
        request="session__request_id",
    )


def _requests(found: QuerySet[SessionRequest], title: str, tone: str, action: str) -> Ask:
    return first_rows(
        found,
        MOST,
        lambda one: Todo(
            title,
            f"{one['number'] or 'Brouillon'} · {one['alert'] or one['title'] or 'session à décrire'}",
            tone=tone,
            when=ago(one["at"]),
            url=reverse("demande_detail", args=[one["pk"]]),
            action=action,
        ),
        pk="pk",
        number="number",
        alert="alert",
        title="title",
        at="updated_at",
    )


def _held_back(sessions: QuerySet[Session], page: str) -> Ask:
    """Sessions whose day has passed and that nobody follows (R104, R106). `page`: where its request is read."""
    late = sessions.filter(state__in=SessionMove.DEMARRER.sources, starts_on__lt=timezone.localdate())
    return first_rows(
        late.order_by("starts_on", "pk"),
        MOST,
        lambda one: Todo(
            "Une session n’a pas pu commencer",
            f"{one['title']}, prévue le {jour(date.fromisoformat(one['on']), weekday=False)}\u00a0: "
            "il manque qui la suit.",
            tone="non",
            url=reverse(page, args=[one["request"]]),
            action="Voir pourquoi",
        ),
        title="title",
        on="starts_on",
        request="request_id",
    )


def _empty_seats(sessions: QuerySet[Session]) -> Ask:
    """Sessions that start soon with empty places (R97)."""
    soon = sessions.filter(
        state__in=[SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT],
        starts_on__range=(timezone.localdate(), _soon("empty_seats_days")),
        seats_taken__lt=F("seats"),
    )
    return first_rows(
        soon.order_by("starts_on", "pk"),
        MOST,
        lambda one: Todo(
            f"{one['title']} : {pluriel(one['seats'] - one['taken'], 'place libre', 'places libres')}",
            f"Ouvre le {jour(date.fromisoformat(one['on']), weekday=False)}.",
            tone="info",
            url=reverse("session_fiche", args=[one["number"]]),
            action="Voir la session",
        ),
        title="title",
        seats="seats",
        taken="seats_taken",
        on="starts_on",
        number="number",
    )
