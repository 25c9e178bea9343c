"""« Ce qui vous attend »: for each kind of hat, the few things to do now, most pressing first, and where."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.rulebook import parameters
from core.rulebook.workflow import editions, proposals
from core.ui.french import depuis, jour, pluriel
from core.ui.pagination import count_up_to_cap
from core.ui.parts import Todo
from intentions import queries as intentions
from intentions.enums import IntentionState
from intentions.models import Intention
from pilotage import today_attendance, today_candidates, today_orders, today_parcours
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
    return [*(builder(hat) if builder else []), *_rules_to_note(hat)]


def _employer(hat: Membership) -> list[Todo]:
    mine = intentions.own(hat)
    return [
        *today_candidates.for_employer(hat),
        *today_parcours.for_employer(hat),
        *_drafts(mine.filter(state=IntentionState.BROUILLON)),
        *[
            Todo(
                "Votre intention n’a pas pu être retenue",
                f"{one} : {one.closing_reason}",
                tone="non",
                url=reverse("intention_detail", args=[one.pk]),
                action="Lire et corriger",
            )
            for one in mine.filter(state=IntentionState.NON_ELIGIBLE).order_by("-closed_at", "-pk")[:MOST]
        ],
        *_offered(hat),
        *_expiring(mine),
    ]


def _offered(hat: Membership) -> list[Todo]:
    """Places offered for the intentions of this hat, that wait for its answer."""
    waiting = cascade.offers_for(hat).filter(state=OfferState.PROPOSEE).order_by("answer_by", "pk")
    return [
        Todo(
            pluriel(row.posts, "place vous est proposée", "places vous sont proposées"),
            f"{row.request.session.title}, {row.request.organisme}.",
            tone="doute",
            when=f"avant le {jour(row.answer_by, weekday=False)}",
            url=reverse("proposition", args=[row.pk]),
            action="Répondre",
        )
        for row in waiting[:MOST]
    ]


def _organisme(hat: Membership) -> list[Todo]:
    own = requests.own(hat)
    given_back = own.filter(state=RequestState.A_COMPLETER).order_by("updated_at", "pk")
    alerts = own.exclude(alert="").exclude(state__in=[RequestState.RETIREE, RequestState.REFUSEE])
    drafts = own.filter(state=RequestState.BROUILLON).order_by("-updated_at", "-pk")
    return [
        *_requests(given_back, "La Région vous demande une précision", "doute", "Répondre"),
        *_quarantined(own),
        *_held_back(Session.objects.filter(organisme=hat.organisation_id), "demande_detail"),
        *today_candidates.for_organisme(hat),
        *today_parcours.for_organisme(hat),
        *today_attendance.for_organisme(hat),
        *today_orders.for_organisme(hat),
        *_offered(hat),
        *_requests(alerts.order_by("-updated_at", "-pk"), "Une demande est à revoir", "non", "Voir la demande"),
        *_requests(drafts, "Une demande est en préparation", "info", "Reprendre"),
        *_empty_seats(catalogue.public().filter(organisme=hat.organisation_id)),
        *_drafts(intentions.own(hat).filter(state=IntentionState.BROUILLON)),
    ]


def _region(hat: Membership) -> list[Todo]:
    todos = []
    late = desk.late_count()
    waiting = desk.waiting_count()
    if late:
        todos.append(
            Todo(
                late.text("demande est en retard", "demandes sont en retard"),
                f"Complètes depuis avant le {jour(desk.late_before(), weekday=False)}.",
                tone="non",
                url=reverse("region_file") + "?suivi=retard",
                action="Instruire",
            )
        )
    if waiting:
        first = requests.queue().select_related("organisme")[:1][0]
        todos.append(
            Todo(
                waiting.text("demande attend une décision", "demandes attendent une décision"),
                f"La première : {first.title}, {first.organisme}.",
                tone="doute",
                when=_ago(first.completed_at),
                url=reverse("region_file"),
                action="Ouvrir la file",
            )
        )
    frozen = desk.examine_count()
    if frozen:
        todos.append(
            Todo(
                frozen.text("session est à réexaminer", "sessions sont à réexaminer"),
                "Un employeur s’est désisté : la session attend votre décision.",
                tone="non",
                url=reverse("region_reexamens"),
                action="Réexaminer",
            )
        )
    unanswered = count_up_to_cap(Intention.objects.filter(state=IntentionState.DEPOSEE))
    if unanswered:
        todos.append(
            Todo(
                unanswered.text("intention attend une réponse", "intentions attendent une réponse"),
                "L’employeur attend de savoir qui suit son besoin.",
                tone="doute",
                url=reverse("intention_liste") + f"?state={IntentionState.DEPOSEE}",
                action="Répondre",
            )
        )
    quarantined = count_up_to_cap(Quarantine.objects.all())
    if quarantined and hat.role in (Role.ADMINISTRATEUR, Role.GESTIONNAIRE, Role.DECIDEUR):
        todos.append(
            Todo(
                quarantined.text("session n’entre pas dans le flux", "sessions n’entrent pas dans le flux"),
                "La fiche publique est incomplète.",
                tone="non",
                url=reverse("region_flux"),
                action="Voir pourquoi",
            )
        )
    return [
        *todos,
        *_held_back(Session.objects.all(), "region_demande"),
        *today_orders.for_region(hat),
        *today_attendance.for_region(hat),
        *today_parcours.for_region(hat),
        *_empty_seats(catalogue.public()),
    ]


def _valideur(hat: Membership) -> list[Todo]:
    drafts = intentions.own(hat).filter(state=IntentionState.BROUILLON)
    return [
        *today_candidates.for_valideur(hat),
        *_offered(hat),
        *_drafts(drafts),
        *_empty_seats(catalogue.public()),
    ]


def _relais(hat: Membership) -> list[Todo]:
    mine = intentions.own(hat)
    return [*_offered(hat), *_drafts(mine.filter(state=IntentionState.BROUILLON)), *_expiring(mine)]


BUILDERS: dict[OrganisationKind, Callable[[Membership], list[Todo]]] = {
    OrganisationKind.EMPLOYEUR: _employer,
    OrganisationKind.ORGANISME: _organisme,
    OrganisationKind.REGION: _region,
    OrganisationKind.VALIDEUR: _valideur,
    OrganisationKind.RELAIS: _relais,
}


def _rules_to_note(hat: Membership) -> Iterable[Todo]:
    """Adopted changes of the rules that touch this organisation's files, until one of its people takes note."""
    if hat.kind == OrganisationKind.REGION:
        return  # it is the one that adopts
    for told in proposals.unread_by(hat)[:MOST]:
        changed, starts_on = told.proposal, told.proposal.starts_on
        when = f"à partir du {jour(starts_on, weekday=False)}" if starts_on else ""
        yield Todo(
            "Une règle change",
            f"{editions.label_of(changed.name)}\u00a0: {editions.said(changed.name, changed.value)}, {when}.",
            tone="info",
            when=_ago(told.told_at),
            url=reverse("regle_nouvelle", args=[changed.pk]),
            action="En prendre connaissance",
        )


def _ago(when: datetime | None) -> str:
    """« il y a 3 jours »; nothing when it never happened."""
    return depuis(timezone.localtime(when), timezone.localtime()) if when else ""


def _drafts(drafts: QuerySet[Intention]) -> Iterable[Todo]:
    for one in drafts.order_by("-updated_at", "-pk")[:MOST]:
        yield Todo(
            "Une intention est commencée",
            one.job_title or "Poste à préciser",
            tone="info",
            when=_ago(one.updated_at),
            url=reverse("intention_detail", args=[one.pk]),
            action="Reprendre",
        )


def _expiring(mine: QuerySet[Intention]) -> Iterable[Todo]:
    soon = mine.filter(state__in=IntentionState.waiting(), expires_on__lte=_soon("expiry_notice_days")).order_by(
        "expires_on", "pk"
    )
    for one in soon[:MOST]:
        yield Todo(
            "Une intention arrive à son terme",
            f"{one.job_title}, valable jusqu’au {jour(one.expires_on, weekday=False)}"
            if one.expires_on
            else one.job_title,
            tone="doute",
            url=reverse("intention_detail", args=[one.pk]),
            action="Voir",
        )


def _quarantined(own: QuerySet[SessionRequest]) -> Iterable[Todo]:
    """Authorised sessions whose sheet cannot be published yet: the organisme can put its words right."""
    waiting = Quarantine.objects.filter(session__request__in=own.filter(state=RequestState.AUTORISEE))
    for one in waiting.select_related("session").order_by("since", "pk")[:MOST]:
        yield Todo(
            "Une session autorisée ne peut pas encore paraître",
            f"{one.session.title} : {one.problems[0]['message']}",
            tone="non",
            when=_ago(one.since),
            url=reverse("demande_fiche", args=[one.session.request_id]),
            action="Corriger sa fiche",
        )


def _requests(found: QuerySet[SessionRequest], title: str, tone: str, action: str) -> Iterable[Todo]:
    for one in found[:MOST]:
        yield Todo(
            title,
            f"{one.number or 'Brouillon'} · {one.alert or one.title or 'session à décrire'}",
            tone=tone,
            when=_ago(one.updated_at),
            url=reverse("demande_detail", args=[one.pk]),
            action=action,
        )


def _held_back(sessions: QuerySet[Session], page: str) -> Iterable[Todo]:
    """Sessions whose day has passed and that nobody follows (R104, R106). `page`: where its request is read."""
    late = sessions.filter(state__in=SessionMove.DEMARRER.sources, starts_on__lt=timezone.localdate())
    for one in late.order_by("starts_on", "pk")[:MOST]:
        yield Todo(
            "Une session n’a pas pu commencer",
            f"{one.title}, prévue le {jour(one.starts_on, weekday=False)}\u00a0: il manque qui la suit.",
            tone="non",
            url=reverse(page, args=[one.request_id]),
            action="Voir ce qui manque",
        )


def _empty_seats(sessions: QuerySet[Session]) -> Iterable[Todo]:
    """Sessions that start soon with empty places (R97)."""
    soon = sessions.filter(
        state__in=[SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT],
        starts_on__range=(timezone.localdate(), _soon("empty_seats_days")),
        seats_taken__lt=F("seats"),
    ).order_by("starts_on", "pk")
    for one in soon[:MOST]:
        free = one.seats - one.seats_taken
        yield Todo(
            f"{one.title} : {pluriel(free, 'place libre', 'places libres')}",
            f"Ouvre le {jour(one.starts_on, weekday=False)}.",
            tone="info",
            url=reverse("session_fiche", args=[one.number]),
            action="Voir la session",
        )
