"""The acts of the year, each through the workflow of its room, under the hat of who does it."""

from datetime import timedelta
from functools import partial

from django.utils import timezone

from core.accounts.models import Membership
from core.journal.models import OutboxMessage, OutboxState
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from intentions.models import Intention
from orders.models import LotPlace
from pilotage.demo import needs, orders, places, trainees
from pilotage.demo.clock import at
from pilotage.demo.needs import Need
from pilotage.demo.offer import REASONS, Plan, access_mode, describe, towns_around
from pilotage.demo.people import World
from pilotage.demo.plans import filing_day
from sessions.models import RequestDerogation, Session, SessionRequest
from sessions.workflow import decisions, publication, requests

OVERTAKES = "Le démarrage est proche et les employeurs ont déjà réservé leurs tuteurs."
VISA = "Accord donné : la demande répond au besoin des employeurs et le prix ne change pas."
TALK = (
    ("organisme", "Bonjour, les conventions de stage sont prêtes pour tous les employeurs du groupe."),
    ("region", "Merci. Pouvez-vous confirmer la date de la réunion d’information ?"),
    ("organisme", "Elle aura lieu trois semaines avant le début, dans nos locaux."),
    ("region", "C’est noté, merci pour votre réponse rapide."),
)
GIVEN_BACK = (
    "Précisez comment les heures en entreprise se répartissent entre les employeurs.",
    "L’accès des personnes handicapées au lieu de formation n’est pas décrit : complétez-le.",
)
REFUSED = (
    "Deux sessions du même métier sont déjà ouvertes à moins de trente kilomètres, avec des places libres.",
    "Les intentions jointes relèvent d’un autre lot : déposez la demande sur celui-ci.",
)
TAKEN_BACK = "Le formateur référent quitte l’organisme ; nous reprendrons cette demande au prochain semestre."
CANCELLED = "Les employeurs ont reporté leurs recrutements ; l’organisme demande l’annulation."
SUSPENDED = "Le lieu de formation est fermé pour travaux ; la session reprendra à sa réouverture."


class Life:
    """One request's life, act by act, noted in the diary."""

    def __init__(self, world: World, plan: Plan) -> None:
        self.world = world
        self.plan = plan

    @property
    def request(self) -> SessionRequest:
        assert self.plan.request is not None  # noqa: S101 every act comes after its opening
        return self.plan.request

    def begin(self) -> None:
        """Note the filing of its intentions, its sending, and what becomes of it."""
        plan, note = self.plan, self.world.diary.note
        if not plan.is_socle:
            self._note_intentions()
        note(plan.sent - timedelta(minutes=50), self.open)
        note(plan.sent, self.send)
        acts = {
            "autorisee": self.authorise,
            "refusee": self.refuse,
            "a_completer": self.give_back,
            "retiree": self.withdraw,
        }
        if plan.decided is not None:
            note(plan.decided, acts[plan.fate])
        if plan.fate == "en_instruction":
            note(plan.sent + timedelta(days=1), self.take)
        if self.world.rng.random() < (0.8 if plan.fate in ("complete", "en_instruction") else 0.3):
            self._note_talk()

    def _note_intentions(self) -> None:
        plan, rng = self.plan, self.world.rng
        towns = towns_around(self.world, plan)
        employers = min(max(round(plan.seats / 1.7), 1), 6)
        shares = [plan.seats // employers + (n < plan.seats % employers) for n in range(employers)]
        twisted = rng.randrange(employers * 7)
        for rank, posts in enumerate(shares):
            twist = {0: "court", 1: "reduit"}.get(rank, "") if twisted == rank else ""
            day = filing_day(self.world, plan, early=bool(twist))
            moment = at(day, rng.randint(8, 18), rng.randint(0, 59))
            town = rng.choice(towns)
            own = plan.with_demo_employer and rank == 0
            self.world.diary.note(moment, partial(self.file, posts, town, twist, own=own))

    def file(self, posts: int, town: object, twist: str, *, own: bool) -> None:
        """One employer of the group files his intention; a derogation that it asks for is decided in three days."""
        world, plan = self.world, self.plan
        key = plan.trade.certification.code if plan.trade.certification else plan.trade.title
        employer = world.hats["employeur"]
        if not own or world.bound.get((employer.organisation_id, key), plan.hat.organisation_id) != (
            plan.hat.organisation_id
        ):
            employer = world.employer(town, plan.trade, key, plan.hat.organisation_id)  # type: ignore[arg-type]
        else:
            world.bound[employer.organisation_id, key] = plan.hat.organisation_id
        place = employer.organisation.commune
        assert place is not None  # noqa: S101 every employer of the demonstration has its commune
        need = Need(employer, plan.trade, place, posts, plan.start, twist)
        chance = world.rng.random()
        if chance < 0.12:
            need.author = plan.hat
        elif chance < 0.2:
            need.author = world.rng.choice([world.hats["valideur"], *world.valideurs])
        intention = needs.file_need(world, need)
        plan.intentions.append(intention)
        world.spoken_for.add(intention.pk)
        later = world.diary.moment + timedelta(days=3)
        if twist and plan.fate not in ("complete", "en_instruction"):
            world.diary.note(
                min(later, plan.sent - timedelta(hours=2)), partial(needs.settle_derogations, world, intention)
            )
        elif world.rng.random() < 0.3:
            world.diary.note(later, partial(needs.qualify, world, intention))

    def open(self) -> None:
        """Choose the posts, then describe the training."""
        plan = self.plan
        posts = {intention.pk: intention.post_count or 0 for intention in plan.intentions}
        request = requests.create(plan.hat, posts, access_mode=access_mode(plan), lot=plan.lot.lot)
        values, many = describe(self.world, plan)
        if not plan.is_socle:
            values["seats"] = sum(posts.values())
        if plan.trait == "quarantaine":
            values["place"] = self._annexe()
        plan.request = requests.save_step(request, plan.hat, values, many)

    def _annexe(self) -> LotPlace:
        """A second place of the organisme, agreed for the lot, which this request alone uses."""
        home = self.plan.lot.places[self.plan.hat.organisation_id]
        number = self.plan.hat.organisation.siret
        return LotPlace.objects.create(
            **{name: getattr(home, name) for name in ("lot", "organisme", "address", "postcode", "commune")},
            name=f"Annexe de {home.commune.name}",
            siret=number,
        )

    def _mistype_place(self) -> None:
        """The place changes its number between the sending and the decision, and a digit is wrong."""
        place = self.request.place
        assert place is not None  # noqa: S101 `open` gave it
        place.siret = f"{place.siret[:-1]}{(int(place.siret[-1]) + 1) % 10}"
        place.save()

    def send(self) -> None:
        self.plan.request = requests.send(self.request, self.plan.hat, REASONS)

    def take(self) -> None:
        decisions.take(self.request, self.world.rng.choice(self.world.desk))

    def authorise(self) -> None:
        """Decide what stands in the way, then authorise; the sheet is made as the worker would make it."""
        world, decider = self.world, self.world.hats["region"]
        if world.rng.random() < 0.4:
            self.take()
        for intention in self.plan.intentions:
            needs.settle_derogations(world, intention)
        for row in self.request.derogations.filter(state=RequestDerogation.State.DEMANDEE):
            decisions.decide_derogation(row, decider, granted=True, reason=VISA)
        if self.plan.trait == "quarantaine":
            self._mistype_place()
        overtakes = decisions.ahead_of(SessionRequest.objects.get(pk=self.request.pk))
        decisions.authorise(self.request, decider, overtaking_reason=OVERTAKES if overtakes else "")
        keep_promises()
        self._note_what_follows()

    def _note_what_follows(self) -> None:
        diary, plan = self.world.diary, self.plan
        session = Session.objects.select_related("lot", "request").get(request=self.request)
        if not plan.trait:
            trainees.follow(self.world, session)
        orders.follow(self.world, session)
        diary.note(at(session.starts_on, 6), follow_the_calendar)
        diary.note(at(session.ends_on + timedelta(days=1), 6), follow_the_calendar)
        eve = at(diary.today - timedelta(days=self.world.rng.randint(2, 5)), 15)
        if plan.trait == "a_reexaminer":
            diary.note(max(eve, diary.moment), self.lose_an_employer)
        if plan.trait in ("annulee", "suspendue"):
            diary.note(max(eve, diary.moment), self.close)

    def lose_an_employer(self) -> None:
        """An employer takes his intention back before the start: the request is to be looked at again (R18)."""
        intention = max(self.plan.intentions, key=lambda one: one.post_count or 0)
        intentions_workflow.withdraw(intention, hat=intention.filed_by, reason=needs.GIVEN_UP[0])
        places.offer_again(self.world, self.plan, self.request)

    def close(self) -> None:
        session = Session.objects.get(request=self.request)
        suspend = self.plan.trait == "suspendue"
        reason = SUSPENDED if suspend else CANCELLED
        publication.withdraw_session(session, self.world.hats["region"], reason, suspend=suspend)

    def refuse(self) -> None:
        decisions.refuse(self.request, self.world.hats["region"], self.world.rng.choice(REFUSED))

    def give_back(self) -> None:
        decisions.ask_completion(
            self.request, self.world.rng.choice(self.world.desk), self.world.rng.choice(GIVEN_BACK)
        )

    def withdraw(self) -> None:
        requests.withdraw(self.request, self.plan.hat, TAKEN_BACK)

    def _note_talk(self) -> None:
        rng = self.world.rng
        for rank, (side, text) in enumerate(TALK[: rng.randint(1, len(TALK))]):
            moment = self.plan.sent + timedelta(hours=3 + 5 * rank, minutes=rng.randint(0, 50))
            self.world.diary.note(moment, partial(self.say, side, text))

    def say(self, side: str, text: str) -> None:
        hat = self.plan.hat if side == "organisme" else self.world.rng.choice(self.world.desk)
        requests.post_message(self.request, hat, text)


def follow_the_calendar() -> None:
    """Sessions begin and end, as the daily task would see to it."""
    publication.follow_the_calendar()
    keep_promises()


def keep_promises() -> None:
    """Do the publications that have been promised, at the moment lived."""
    waiting = OutboxMessage.objects.filter(topic=publication.PUBLISH, state=OutboxState.A_FAIRE)
    for message in waiting.order_by("id"):
        message.answer = publication.on_publish(message)
        message.state, message.done_at, message.attempts = OutboxState.FAIT, timezone.now(), 1
        message.save()


def expire_old(intention: Intention) -> None:
    """The daily task closes an intention that has waited for a year."""
    intentions_workflow.expire(intention, on=timezone.localdate())


def give_up(world: World, intention: Intention, hat: Membership) -> None:
    intention.refresh_from_db()
    if intention.state in IntentionState.waiting():
        intentions_workflow.withdraw(intention, hat=hat, reason=world.rng.choice(needs.GIVEN_UP))


def set_aside(world: World, intention: Intention) -> None:
    intention.refresh_from_db()
    if intention.state in IntentionState.waiting():
        reason = world.rng.choice(needs.SET_ASIDE)
        intentions_workflow.set_aside(intention, hat=world.hats["region"], reason=reason)
