"""Hours that were not foreseen, toward the whole certification, when the employer asks for them (R51, R95).

The organisme asks, the Région decides; granted, they are a composante of the lot that completes the session's own.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal import events
from core.journal.events import subscribe
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.rulebook import parameters, receipts
from core.rules import Judgement, Verdict
from core.ui.french import heures
from intentions.models import Intention
from intentions.workflow.tell import authors_of
from orders.enums import ComposanteKind, ComposanteState
from orders.models import Composante, LotPeriod
from orders.money import amount
from orders.queries import composantes_of, mandataire_of, period_now, price_for
from orders.rules import LotRole, OrderFacts, Unit, judge_order
from orders.workflow import composantes
from orders.workflow.people import members_of, region_of
from sessions import letters
from sessions.enums import ExtraHoursMove
from sessions.models import ExtraHours, Session
from sessions.notices import ExtraHoursAnswered, ExtraHoursAsked, tell_of_places
from sessions.queries.cascade import standing
from sessions.workflow import losses

_ONE = {"extra_hours_one_waiting": "Une demande d’heures attend déjà sa décision sur cette session."}


@dataclass(frozen=True)
class Cost:
    """What hours more would take of the lot: heures-stagiaires, euros, and what would be left under the maxi."""

    places: int
    hours_each: Decimal
    price: Decimal
    period: LotPeriod

    @property
    def hours(self) -> Decimal:
        return self.places * self.hours_each

    @property
    def amount(self) -> Decimal:
        return amount(self.hours, self.price)

    @property
    def free(self) -> Decimal:
        """What the lot may still take before."""
        free: Decimal = self.period.balance.disponible
        return free

    @property
    def used(self) -> Decimal:
        """What is authorised or ordered on the lot today."""
        used: Decimal = self.period.balance.used
        return used

    @property
    def left(self) -> Decimal:
        return self.free - self.hours

    @property
    def fits(self) -> bool:
        return self.left >= 0


def of_session(session: Session) -> Composante | None:
    """The composante of a session that hours more would complete: it is ordered. None when nothing is."""
    ready = (ComposanteState.COMMANDEE, ComposanteState.SOLDEE)
    return next((one for one in composantes_of(session) if one.state in ready), None)


def cost(session: Session, places: int, hours_each: Decimal) -> Cost | None:
    """What so many hours more for so many parcours cost at the price of the day; None without price or period."""
    period, price = period_now(session.lot), price_for(session.lot, _from(session))
    return None if period is None or price is None else Cost(places, hours_each, price, period)


def judge(session: Session, asked: Cost, reason: str, *, granted: bool = False) -> Judgement:
    """What the rules say of these hours (R51, P02, R123), the Région's agreement given or not."""
    facts = OrderFacts(
        order_addressee=LotRole.MANDATAIRE if mandataire_of(session.lot) else LotRole.AUCUN,
        unit=Unit.HEURE_STAGIAIRE,
        hours=asked.hours,
        lot_maxi=asked.period.maxi,
        lot_mini=asked.period.mini,
        lot_ordered=asked.used,
        extra_hours=asked.hours,
        extra_hours_reason=reason.strip() or None,
        price=asked.price,
        lot_price=asked.price,
        employer_amount=Decimal(0),
    )
    return judge_order(facts, parameters.current(), ["R51"] if granted else [])


def may_ask(session: Session, hat: Membership) -> bool:
    """The organisme that carries the session, once it has begun."""
    return hat.organisation_id == session.organisme_id and session.has_begun


def may_decide(hat: Membership) -> bool:
    return hat.kind == OrganisationKind.REGION and hat.role == Role.DECIDEUR


def ask(
    session: Session, hat: Membership, *, intention: Intention, places: int, hours_each: Decimal, reason: str
) -> ExtraHours:
    """Ask the Région for hours more, for the employer of `intention`, who expects them.

    Raises Refused: not his session, nothing ordered to complete, an employer who is not in it, a rule in the way (the
    maxi of the lot), a request that waits already.
    """
    if not may_ask(session, hat):
        raise Refused("Des heures de plus sont demandées par l’organisme qui mène la session, une fois commencée.")
    if not reason.strip():
        raise Refused("Dites ce que l’employeur attend de ces heures : la Région le lira.")
    with transaction.atomic():
        held = Session.objects.select_for_update(of=("self",)).select_related("lot", "request").get(pk=session.pk)
        if not standing(held.request).filter(post__intention=intention).exists():
            raise Refused("Cet employeur n’a pas de poste dans la session : les heures s’ajoutent à sa demande.")
        known, asked = of_session(held), cost(held, places, hours_each)
        if known is None:
            raise Refused("La session n’est pas encore commandée : il n’y a rien à compléter.")
        if asked is None:
            raise Refused(f"Le lot {held.lot.number} n’a pas de prix ou de période aujourd’hui.")
        if places > held.seats:
            raise Refused(f"La session a {held.seats} places : dites combien de parcours sont à compléter.")
        judgement = judge(held, asked, reason)
        if judgement.blocking:
            raise Refused(" ".join(finding.message("organisme") for finding in judgement.blocking))
        with lost_race(_ONE):
            made = ExtraHours.objects.create(
                session=held,
                intention=intention,
                completes=known,
                places=places,
                hours_each=hours_each,
                price=asked.price,
                reason=reason.strip(),
                asked_by=hat,
            )
        label = f"{heures(asked.hours)} supplémentaires demandées pour {intention.employer}"
        events.record(held.request, "demande.heures_demandees", label, hat=hat, reason=made.reason)
        text = f"Session {held.number} : {label[:1].lower()}{label[1:]}"
        people = {one.pk: one for one in (*region_of(held.lot), *losses.deciders())}
        url = reverse("region_heures_decider", args=[made.pk])
        notify(ExtraHoursAsked, people.values(), made, text, url)
    return made


def decide(asked: ExtraHours, hat: Membership, *, granted: bool, reason: str) -> ExtraHours:
    """Grant the hours, which are engaged on the lot at once, or refuse them; the organisme and the employer are told.

    Raises Refused: another role, decided meanwhile, no reason, no hours left on the lot.
    """
    if not may_decide(hat):
        raise Refused("Les heures supplémentaires sont décidées par les décideurs de la Région.")
    if not reason.strip():
        raise Refused("Écrivez le motif : l’organisme et l’employeur le liront tel quel.")
    with transaction.atomic():
        receipts.hold_chain()
        row = (
            ExtraHours.objects.select_for_update(of=("self",))
            .select_related("session__request", "session__lot", "completes", "intention__employer")
            .get(pk=asked.pk)
        )
        if row.state not in ExtraHoursMove.ACCORDER.sources:
            raise Refused(f"Cette demande d’heures est déjà « {row.get_state_display().lower()} ».")
        session = row.session
        now = cost(session, row.places, row.hours_each)
        if now is None:
            raise Refused(f"Le lot {session.lot.number} n’a pas de prix ou de période aujourd’hui.")
        judgement = judge(session, now, row.reason, granted=granted)
        if granted and judgement.verdict is not Verdict.ELIGIBLE:
            told = [finding.message("region") for finding in (*judgement.blocking, *judgement.to_decide)]
            raise Refused(f"Ces heures ne peuvent pas être accordées ainsi. {' '.join(told)}")
        said = letters.told_of_hours(row, hat, granted=granted, reason=reason)
        row.receipt = receipts.issue(row, letters.HOURS, judgement, hat=hat, told=said)
        row.decided_by, row.decided_at, row.answer_reason = hat, timezone.now(), reason.strip()
        if granted:
            row.composante = composantes.complement(
                row.completes,
                kind=ComposanteKind.SUPPLEMENTAIRE,
                places=row.places,
                hours_each=row.hours_each,
                reason=row.reason,
                hat=hat,
                starts_on=_from(session),
                ends_on=max(session.ends_on, _from(session)),
            )
            row.accorder()
        else:
            row.refuser()
        row.save()
        _tell(row, hat)
    return row


@subscribe("composante.remplacee")
def on_replaced(before: Composante, after: Composante, **news: object) -> None:
    """Hours that are granted stay granted when another composante carries them, at another price of the lot."""
    ExtraHours.objects.filter(composante=before).update(composante=after)


def _tell(row: ExtraHours, hat: Membership) -> None:
    word = "accordées" if row.composante_id else "refusées"
    label = f"{heures(row.hours)} supplémentaires {word}"
    events.record(row.session.request, "demande.heures_decidees", label, hat=hat, reason=row.answer_reason)
    events.record(row.intention, "intention.heures_decidees", label, hat=hat, reason=row.answer_reason)
    text = f"Session {row.session.number} : {label}"
    tell_of_places(ExtraHoursAnswered, members_of(row.session.organisme), row.session.request, text, once=str(row.pk))
    url = row.intention.get_absolute_url()
    notify(ExtraHoursAnswered, authors_of(row.intention), row, text, url, dedupe_key=str(row.pk))


def _from(session: Session) -> date:
    """The first day of the hours more: today, once the session has begun."""
    return max(timezone.localdate(), session.starts_on)
