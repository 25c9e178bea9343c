"""Session requests for tests: a draft, one ready to be sent, one in the queue of the Région."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.accounts.enums import Role
from core.accounts.models import Organisation
from core.journal.models import OutboxMessage, OutboxState
from core.rulebook.receipts import issue
from core.rules import Verdict
from intentions.enums import IntentionState
from intentions.models import Intention
from orders.models import Lot
from sessions.enums import Aim, DecisionKind, EntryMode, Modality, RequestState, SessionState
from sessions.facts import judge_request
from sessions.models import Coverage, Decision, Message, RequestDerogation, Session, SessionRequest
from sessions.workflow.publication import PUBLISH, create_session, on_publish, schedule
from tests.factories.accounts import MembershipFactory, OrganisationFactory, hat
from tests.factories.intentions import filed
from tests.factories.orders import LotFactory, LotPlaceFactory
from tests.factories.reference import CertificationFactory, CommuneFactory, FiliereFactory, MetierFactory


def waiting_intention(posts: int = 5, *, employer: Organisation | None = None, **answers: Any) -> Intention:
    """An intention that has gone through its real deposit: éligible, in Nantes, in the sector of `LotFactory`."""
    by = hat("employeur", organisation=employer) if employer else hat("employeur")
    start = timezone.localdate() + dt.timedelta(days=120)
    given = {
        "post_count": posts,
        "filiere": FiliereFactory(),
        "training_start_wished": start,
        "hire_on": start + dt.timedelta(days=150),
    }
    return filed(by, **(given | answers))


class SessionRequestFactory(DjangoModelFactory):
    """A draft by default. `complete=True`: ready to be sent, five posts held. `in_queue=True`: sent, at its rank.

    `posts=3` (number, from a new intention), `posts=[…]` (these posts) or `posts=0` says on what it stands.
    """

    class Meta:
        model = SessionRequest
        skip_postgeneration_save = True

    class Params:
        described = factory.Trait(
            title="Soudeur assembleur industriel",
            objective="Assembler et souder des ouvrages métalliques.",
            expected_results="Titre professionnel de niveau 3.",
            content="Lecture de plan, soudage à l’arc, contrôle.",
            aim=Aim.RNCP_COMPLET,
            certification=factory.SubFactory(CertificationFactory),
            metier=factory.SubFactory(MetierFactory),
            formacodes=["23026"],
            prerequisites="Aucun",
            employer_opinion="Avis recueilli le 3 novembre : parcours adapté.",
            modalities=[Modality.CENTRE],
            hours_centre=Decimal(525),
            hours_company=Decimal(140),
            rhythm="Temps plein, 35 h par semaine",
            weekly_hours=Decimal(35),
            entry_mode=EntryMode.DATES_FIXES,
            starts_on=factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=120)),
            ends_on=factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=250)),
            place=factory.LazyAttribute(
                lambda row: LotPlaceFactory(lot=row.lot, organisme=row.organisme) if row.lot else None
            ),
            contact_name="Accueil",
            contact_email="accueil@organisme.exemple.test",
            contact_phone="02 40 00 00 00",
            seats=5,
        )
        complete = factory.Trait(described=True)
        in_queue = factory.Trait(
            described=True,
            state=RequestState.COMPLETE,
            number=factory.Sequence(lambda n: f"2026-{n + 5000:04d}"),
            sent_at=factory.LazyFunction(timezone.now),
            completed_at=factory.SelfAttribute("sent_at"),
            first_completed_at=factory.SelfAttribute("sent_at"),
            verdict=Verdict.ELIGIBLE.value,
            judged_at=factory.SelfAttribute("sent_at"),
        )

    organisme = factory.SubFactory(OrganisationFactory, organisme=True)
    created_by = factory.LazyAttribute(
        lambda row: row.organisme.memberships.first() or MembershipFactory(organisation=row.organisme)
    )
    lot = factory.LazyAttribute(lambda row: LotFactory(mandataire=row.organisme))

    @classmethod
    def _generate(cls, strategy: str, params: dict[str, Any]) -> Any:
        """The request and its posts at once: places are counted against posts when a transaction ends."""
        with transaction.atomic():
            return super()._generate(strategy, params)

    @factory.post_generation
    def posts(self, create: bool, given: Any, **kwargs: Any) -> None:
        """Hold posts; engaged with the organisme once the request is sent."""
        if given is None:
            given = self.seats or 0
        if isinstance(given, int):
            given = list(waiting_intention(given).posts.order_by("rank")) if given and not self.is_socle else []
        Coverage.objects.bulk_create([Coverage(request=self, post=post) for post in given])
        if self.sent_at:
            for intention in Intention.objects.filter(posts__in=given, state__in=IntentionState.waiting()).distinct():
                intention.engaged_organisme = self.organisme
                intention.engager()
                intention.save()


class RequestDerogationFactory(DjangoModelFactory):
    class Meta:
        model = RequestDerogation

    request = factory.SubFactory(SessionRequestFactory, in_queue=True)
    rule = "R44"
    asked_reason = "L’atelier du lot est en travaux jusqu’à l’été."


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    request = factory.SubFactory(SessionRequestFactory, in_queue=True)
    author = factory.SelfAttribute("request.created_by")
    text = "Le lieu des périodes en entreprise est confirmé."


def located_organisme(**changes: Any) -> Organisation:
    """An organisme whose address and mailbox are complete enough to be published."""
    return OrganisationFactory(**{"organisme": True, "commune": CommuneFactory(), "phone": "02 40 00 00 01", **changes})


def authorised_session(**answers: Any) -> Session:
    """A session that the Région has authorised and nobody has published yet. `answers` go to its request."""
    decider = answers.pop("decider", None) or hat("region")
    answers.setdefault("organisme", None)
    answers["organisme"] = answers["organisme"] or located_organisme()
    request = SessionRequestFactory(in_queue=True, **answers)
    decision = Decision.objects.create(
        request=request,
        kind=DecisionKind.AUTORISATION,
        receipt=issue(request, "decision", judge_request(request), hat=decider),
        decided_by=decider,
        decided_at=timezone.now(),
    )
    request.decided_at = decision.decided_at
    request.autoriser()
    request.save()
    with transaction.atomic():
        session = create_session(request, decision, hat=decider)
        schedule(session)
    return session


def published_session(**answers: Any) -> Session:
    """A session in the catalogue, its record made; `seats_taken=2`: with so many places taken."""
    taken = answers.pop("seats_taken", 0)
    session = authorised_session(**answers)
    with transaction.atomic():
        message = OutboxMessage.objects.get(
            topic=PUBLISH, subject_id=session.pk, subject_type="session", version=str(session.sheet_version)
        )
        message.answer = on_publish(message)
        message.state, message.done_at = OutboxState.FAIT, timezone.now()
        message.save()
    if taken:
        Session.objects.filter(pk=session.pk).update(seats_taken=taken)
    session = Session.objects.get(pk=session.pk)
    assert session.state == SessionState.PUBLIEE, message.answer
    return session


def followed(session: Session) -> Session:
    """The same session, with a référent (R104), and a gestionnaire and a coordinateur on its lot (R106)."""
    SessionRequest.objects.filter(pk=session.request_id).update(network_referent="Mission locale de Nantes")
    Lot.objects.filter(pk=session.lot_id).update(
        gestionnaire=hat("region", role=Role.GESTIONNAIRE).user, coordinateur="Dominique Coordinateur"
    )
    return Session.objects.select_related("request", "lot").get(pk=session.pk)
