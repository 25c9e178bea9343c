"""Intentions for tests: `IntentionFactory()` is a complete draft; `filed()` takes it through the real deposit."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from core.accounts.models import Membership
from intentions import workflow
from intentions.enums import ContractType, Milestone, Origin
from intentions.models import Intention
from tests.factories.accounts import hat
from tests.factories.reference import CommuneFactory, MetierFactory


class IntentionFactory(DjangoModelFactory):
    """A draft of an employer with every answer given: a CDI of 35 hours in Nantes, confirmed in writing, éligible.

    `bare=True`: a draft that nobody has answered yet.
    """

    class Meta:
        model = Intention

    class Params:
        bare = factory.Trait(
            metier=None,
            job_title="",
            post_count=None,
            workplace_commune=None,
            contract_type="",
            weekly_hours=None,
            hire_on=None,
            training_title="",
            milestones=[],
            milestones_answered=False,
            commitment=None,
            statement_text="",
        )

    filed_by = factory.LazyFunction(lambda: hat("employeur"))
    employer = factory.LazyAttribute(lambda o: o.filed_by.organisation)
    origin = Origin.EMPLOYEUR
    contact_name = "Camille Durand"
    contact_email = factory.LazyAttribute(lambda o: o.filed_by.user.email)
    metier = factory.SubFactory(MetierFactory)
    job_title = factory.Sequence(lambda n: f"Soudeur {n}")
    post_count = 2
    post_is_new = True
    workplace_commune = factory.SubFactory(CommuneFactory)
    contract_type = ContractType.CDI
    weekly_hours = Decimal(35)
    hire_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=150))
    training_title = factory.Sequence(lambda n: f"Soudage TIG {n}")
    training_start_wished = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=60))
    milestones = factory.LazyFunction(lambda: [Milestone.STAGE, Milestone.JURY])
    milestones_answered = True
    commitment = True
    statement_text = "Nous voulons recruter, et nous nous y engageons."


def filed(by: Membership | None = None, **answers: Any) -> Intention:
    """An intention that has gone through the real deposit, by its author."""
    given = {"filed_by": by, **answers} if by else answers
    draft = IntentionFactory(**given)
    return workflow.deposit(draft, hat=draft.filed_by)
