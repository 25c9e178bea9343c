"""Session requests for tests: a draft, one ready to be sent, one in the queue of the Région."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.accounts.models import Organisation
from core.rules import Verdict
from intentions.enums import ContractType, IntentionState, Milestone, Origin
from intentions.models import Intention, Post
from sessions.enums import Aim, EntryMode, Modality, RequestState
from sessions.models import Coverage, Message, RequestDerogation, SessionRequest
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.factories.orders import LotFactory, LotPlaceFactory
from tests.factories.reference import CertificationFactory, CommuneFactory, FiliereFactory, MetierFactory


def waiting_intention(posts: int = 5, *, employer: Organisation | None = None, **answers: Any) -> Intention:
    """A filed intention, éligible, with its open posts, in Nantes and in the sector of `LotFactory`.

    `state="engagee", engaged_organisme=…` for one that is bound already.
    """
    employer = employer or OrganisationFactory(employeur=True)
    hat = employer.memberships.first() or MembershipFactory(organisation=employer)
    counter = Intention.objects.count() + 1
    intention = Intention.objects.create(
        **{
            "number": f"I2026-{counter:04d}",
            "state": IntentionState.DEPOSEE,
            "employer": employer,
            "filed_by": hat,
            "origin": Origin.EMPLOYEUR,
            "contact_name": "Camille Durand",
            "contact_email": "recrutement@exemple.test",
            "metier": MetierFactory(),
            "job_title": "Soudeur assembleur",
            "post_count": posts,
            "post_is_new": True,
            "workplace_commune": CommuneFactory(),
            "contract_type": ContractType.CDI,
            "weekly_hours": Decimal(35),
            "hire_on": timezone.localdate() + dt.timedelta(days=300),
            "training_title": f"Soudage {counter}",
            "training_key": f"soudage {counter}",
            "training_need": "Souder à l’arc et lire un plan.",
            "training_start_wished": timezone.localdate() + dt.timedelta(days=120),
            "filiere": FiliereFactory(),
            "milestones": [Milestone.STAGE],
            "milestones_answered": True,
            "commitment": True,
            "statement_text": "Nous souhaitons embaucher au terme de la formation.",
            "statement_signed_at": timezone.now(),
            "statement_signed_by": "Camille Durand",
            "verdict": Verdict.ELIGIBLE.value,
            "filed_at": timezone.now(),
            "expires_on": timezone.localdate() + dt.timedelta(days=365),
            **answers,
        }
    )
    Post.objects.bulk_create([Post(intention=intention, rank=rank) for rank in range(1, posts + 1)])
    return intention


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
