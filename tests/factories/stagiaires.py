"""People in training for tests: a person, a candidate on a published session, a parcours on one of its posts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.accounts.models import Membership
from core.rulebook.receipts import issue
from intentions.models import Post
from sessions.models import Session
from stagiaires.enums import DayPart, ParcoursState, PositioningMove, PositioningState
from stagiaires.facts import entry_facts_of, for_receipt, judge_admission
from stagiaires.models import HalfDay, InformationMeeting, Parcours, Positioning, Stagiaire
from stagiaires.queries.positionings import employers_of
from tests.factories.accounts import hat
from tests.factories.sessions import published_session


class StagiaireFactory(DjangoModelFactory):
    """A registered job seeker. All names are invented."""

    class Meta:
        model = Stagiaire

    first_name = factory.Sequence(lambda n: f"Aïssata{n}")
    last_name = factory.Sequence(lambda n: f"Bertin{n}")
    birth_on = dt.date(1994, 5, 17)
    sex = "femme"
    email = factory.Sequence(lambda n: f"stagiaire{n}@exemple.test")
    phone = "06 12 34 56 78"
    ft_identifier = factory.Sequence(lambda n: f"{n + 4_400_000:07d}A")
    category = "a"
    level = 3
    created_by = factory.LazyFunction(lambda: hat("valideur"))


class PositioningFactory(DjangoModelFactory):
    """A candidate whom a valideur proposes on a published session."""

    class Meta:
        model = Positioning

    advisor = factory.LazyFunction(lambda: hat("valideur"))
    valideur = factory.SelfAttribute("advisor.organisation")
    stagiaire = factory.SubFactory(StagiaireFactory, created_by=factory.SelfAttribute("..advisor"))
    session = factory.LazyFunction(published_session)
    project = "emploi_salarie"
    answer_due_on = factory.LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=10))


def member_of(organisation: Any) -> Membership:
    """A hat of this organisation, made when it has none."""
    return organisation.memberships.filter(is_active=True).first() or hat(organisation.kind, organisation=organisation)


def free_post(session: Session) -> Post:
    """A post that the session's request holds and that nobody stands on."""
    taken = Parcours.objects.filter(state__in=ParcoursState.holding(), post__isnull=False).values("post")
    return (
        Post.objects.filter(coverages__request=session.request, coverages__is_live=True)
        .exclude(pk__in=taken)
        .order_by("intention", "rank")
        .first()
    )


def parcours(session: Session | None = None, **values: Any) -> Parcours:
    """A parcours that is planned, on a free post; written straight in the tables, without the admission's acts."""
    session = session or published_session()
    by = member_of(session.organisme)
    positioning = values.pop("positioning", None) or PositioningFactory(session=session)
    if positioning.state != PositioningState.ADMIS:
        Positioning.objects.filter(pk=positioning.pk, state__in=PositioningMove.ADMETTRE.sources).update(
            state=PositioningState.ADMIS, answered_at=timezone.now(), answered_by=by
        )
    return Parcours.objects.create(
        **{
            "stagiaire": positioning.stagiaire,
            "session": session,
            "positioning": positioning,
            "organisme": session.organisme,
            "post": free_post(session),
            "starts_on": session.starts_on,
            "ends_on": session.ends_on,
            "hours_technique": Decimal(525),
            "hours_company": Decimal(140),
            "created_by": by,
        }
        | values
    )


class MeetingFactory(DjangoModelFactory):
    """An information meeting in five days, the session's employers invited; `candidates`: those convoked to it."""

    class Meta:
        model = InformationMeeting
        skip_postgeneration_save = True

    session = factory.LazyFunction(published_session)
    starts_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=5))
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + dt.timedelta(hours=2))
    place = "12 rue de la Loire, Nantes"
    capacity = 10
    created_by = factory.LazyAttribute(lambda row: member_of(row.session.organisme))

    @factory.post_generation
    def candidates(self, create: bool, given: Any, **kwargs: Any) -> None:
        for employer in employers_of(self.session):
            self.employers.create(employer=employer)
        for positioning in given or ():
            self.invitations.create(positioning=positioning)


def under_way(one: Parcours, hat: Membership) -> Parcours:
    """The same parcours, begun, with a receipt: written straight in the tables."""
    receipt = issue(one, "admission", judge_admission(for_receipt(entry_facts_of(one))), hat=hat)
    Parcours.objects.filter(pk=one.pk).update(receipt=receipt)
    Parcours.objects.filter(pk=one.pk).update(state=ParcoursState.EN_COURS)
    return Parcours.objects.select_related("post__intention__employer", "session").get(pk=one.pk)


class HalfDayFactory(DjangoModelFactory):
    class Meta:
        model = HalfDay

    session = factory.LazyFunction(published_session)
    on_date = factory.SelfAttribute("session.starts_on")
    part = DayPart.MATIN
    starts_at = dt.time(9)
    ends_at = dt.time(12, 30)
    hours = Decimal("3.50")
    secret = b"s" * 32
