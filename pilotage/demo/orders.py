"""What follows an authorisation on its lot: ordered, acknowledged, changed, its months stated and checked."""

import random
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.months import months_between
from orders.enums import ComposanteState, OperationKind, OrderState, StatementState
from orders.models import BonDeCommande, Composante, HoursStatement, Lot
from orders.queries import composantes_of, mandataire_of
from orders.queries.lot import to_order
from orders.workflow import avenants, bons, hours
from pilotage.demo.clock import at
from pilotage.demo.people import World
from sessions.models import Session

ORDERED_AFTER = 4  # days from the authorisation to the order, which takes all that waits on the lot
LATELY = 12  # days: what was authorised since then may still wait to be ordered
STATED = 0.6  # share of the trainings of which the organisme states the months
LATE = 0.1  # share of the months that are stated in the last days only
TITLES = ("Sessions du trimestre", "Sessions autorisées du mois", "Commande de session")
NOTES = ("", "", "Facturation au service fait, par composante.")
MORE = "Un stagiaire rejoint le groupe : ses heures sont ajoutées."
BACK = "Le total dépasse la présence du groupe en deuxième semaine : vérifiez l’émargement."


class Ordering:
    """The orders of one authorised session, act by act, noted in the diary. Draws from its own chance."""

    def __init__(self, world: World, session: Session) -> None:
        self.world, self.session = world, session
        self.rng = random.Random(session.number)  # noqa: S311 nothing secret is drawn
        self.keeper = next(hat for hat in world.desk if hat.user_id == session.lot.gestionnaire_id)

    def begin(self) -> None:
        """Note the order, some days after the authorisation; some of the last ones wait."""
        diary = self.world.diary
        recent = diary.moment > at(diary.today - timedelta(days=LATELY), 0)
        if not (recent and self.rng.random() < 0.5):
            diary.note(diary.moment + timedelta(days=ORDERED_AFTER), self.order)

    def order(self) -> None:
        """One order for all that waits on the lot; the mandataire acknowledges it, or is late."""
        composantes = list(to_order(self.session.lot))
        if not composantes:
            return
        order = bons.prepare(
            self.session.lot, composantes, self.keeper, title=self.rng.choice(TITLES), note=self.rng.choice(NOTES)
        )
        order = bons.issue(order, self.keeper)
        diary = self.world.diary
        if self.rng.random() < 0.85:
            diary.note(diary.moment + timedelta(days=self.rng.randint(1, 6)), partial(self.acknowledge, order))
        if self.rng.random() < 0.2:
            diary.note(diary.moment + timedelta(days=self.rng.randint(8, 30)), partial(self.amend, order))
        for one in composantes:
            if self.rng.random() < STATED and one.origin_id not in self.world.groups:  # those have their attendance
                self._note_months(one)

    def acknowledge(self, order: BonDeCommande) -> None:
        bons.acknowledge(order, self._head(order.lot))

    def amend(self, order: BonDeCommande) -> None:
        """A parcours more on one composante; refused by a full lot, it is not done."""
        one = order.composantes.filter(state=ComposanteState.COMMANDEE).order_by("number").first()
        if one is None:
            return
        draft = avenants.open_avenant(order, self.keeper)
        try:
            avenants.add_operation(draft, OperationKind.AUGMENTER, one, self.keeper, places=1)
        except Refused:
            avenants.abandon(draft, self.keeper)
            return
        sent = avenants.issue(draft, self.keeper, MORE)
        order.refresh_from_db()
        if order.state == OrderState.ACCUSE:
            avenants.acknowledge(sent, self._head(order.lot))

    def _head(self, lot: Lot) -> Membership:
        head = mandataire_of(lot)
        assert head is not None  # noqa: S101 every lot of the demonstration has one
        return self.world.organismes[head.pk]

    def _note_months(self, one: Composante) -> None:
        """Each month is stated at the beginning of the next one, and checked some days later."""
        diary = self.world.diary
        months = months_between(one.starts_on, min(one.ends_on, diary.today))
        for month in months[:-1] if months and one.ends_on >= diary.today else months:
            day = month.replace(day=28) + timedelta(days=self.rng.randint(7, 10))
            if self.rng.random() < LATE:
                day = max(day, diary.today - timedelta(days=self.rng.randint(1, 2)))
            share = Decimal(self.rng.randint(80, 97)) / 100
            diary.note(at(day, 10), partial(self.state, one, month, len(months), share))

    def state(self, one: Composante, month: date, months: int, share: Decimal) -> None:
        """The organisme says what was followed; the gestionnaire accepts it a few days later, or sends it back."""
        one.refresh_from_db()
        if one.state != ComposanteState.COMMANDEE or one.to_withdraw:
            return
        said = (one.hours_asked / months * share).quantize(Decimal("0.5"))
        statement = hours.state_hours(one, month, said, self.world.organismes[one.organisme_id])
        diary = self.world.diary
        diary.note(diary.moment + timedelta(days=self.rng.randint(2, 6)), partial(self.check, statement))

    def check(self, statement: HoursStatement) -> None:
        statement.refresh_from_db()
        if statement.state != StatementState.PROPOSE:
            return
        if self.rng.random() < 0.04:
            hours.send_back(statement, self.keeper, BACK)
        else:
            hours.accept(statement, self.keeper)


def follow(world: World, session: Session) -> None:
    """Note what becomes of the hours of a session just authorised."""
    if composantes_of(session):
        Ordering(world, session).begin()
