"""Canary words in everything that another tenant wrote, and in what was sent to nobody."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.accounts.models import Invitation, JoinRequest, Membership
from core.journal.events import record
from core.journal.models import Notification
from intentions.models import ImportBatch, ImportRow, Intention, IntentionDerogation
from orders.models import Lot
from sessions.models import Message, RequestDerogation, SessionRequest
from sessions.workflow.publication import check_again
from stagiaires.models import Positioning
from tests.access.world import World
from tests.factories.intentions import IntentionFactory
from tests.factories.sessions import published_session

WORD, ENDING = "canari", "qz7x"  # pages repeat what is looked for: « canari » is searched, the ending is watched
SECRET = f"{WORD}{ENDING}"  # of another tenant: the Région may read it
DRAFT = f"{WORD}w9{ENDING}"  # not sent to anybody yet: the Région may not either
# Numbers and codes with a shape of their own, and what an organisme makes public by training.
SHAPED = {
    "siret", "nda", "number", "postcode", "collective_agreement", "naf", "place_postcode", "training_key", "rule",
    "url", "dedupe_key", "kind", "subject_type", "password", "file", "statement_file", "contact_phone",
}  # fmt: skip
PUBLIC_OF_A_TRAINER = {"name", "legal_name", "address", "city", "email", "phone", "website", "handicap_referent"}

PUBLISHED = {
    "title", "objective", "expected_results", "content", "prerequisites", "rhythm", "pedagogy", "recruitment",
    "technical_platform", "accessibility", "transport", "catering", "lodging", "contact_name", "contact_email",
    "place_name", "place_address",
}  # fmt: skip


def plant(thing: models.Model, word: str = SECRET, *, but: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    """Write the word in every free text of this record, past every form."""
    values: dict[str, Any] = {}
    for one in thing._meta.concrete_fields:
        if one.name in SHAPED | but or one.choices or one.primary_key or isinstance(one, ArrayField):
            continue
        if isinstance(one, models.EmailField):
            values[one.name] = f"{word}-{thing.pk}@exemple.test"
        elif isinstance(one, models.URLField):
            values[one.name] = f"https://{word}.exemple.test/"
        elif isinstance(one, models.CharField | models.TextField) and (one.max_length or 999) > len(word) + 12:
            values[one.name] = f"{word} {one.name}"[: one.max_length]
    assert values, thing
    type(thing)._base_manager.filter(pk=thing.pk).update(**values)


def plant_all(world: World) -> None:
    """Write canary words in everything that the other side wrote, and in what was sent to nobody."""
    employer, trainer = world.others["employeur"].organisation, world.others["organisme"].organisation
    for one in world.others.values():
        plant(one.user)
        plant(one.organisation, but=PUBLIC_OF_A_TRAINER if one.organisation == trainer else set())
    for org in (employer, trainer):
        for sort in (Invitation, JoinRequest, Membership):
            for row in sort.objects.filter(organisation=org):
                if sort is Invitation:
                    plant(row)
                elif row.user_id not in {hat.user_id for hat in world.hats.values()}:
                    plant(row.user)

    # A session of the other trainer, on an intention of the other employer, is public; what they wrote is not.
    engaged = Intention.objects.filter(engaged_organisme=trainer)
    shown = published_session(organisme=trainer)
    behind = SessionRequest.objects.get(pk=shown.request_id)
    plant(behind, but=PUBLISHED)
    for intention in engaged.filter(filed_at__isnull=False):
        plant(intention)
        plant(intention.employer)
    check_again(type(shown).objects.all())  # whatever was planted goes through the making of the record again

    sent = SessionRequest.objects.filter(organisme=trainer, sent_at__isnull=False).exclude(pk=behind.pk)
    for asked in sent:
        plant(asked)
        record(asked, "essai", SECRET, reason=SECRET)
    for rows in (Message, RequestDerogation):
        for row in rows.objects.filter(request__in=sent):
            plant(row)
    for row in IntentionDerogation.objects.filter(intention__in=engaged):
        plant(row)
    for lot in Lot.objects.filter(members__organisation=trainer):
        plant(lot)
    for intention in Intention.objects.filter(filed_by__organisation=employer, filed_at__isnull=False):
        # Waiting, but far from the lots of the trainer who looks.
        Intention.objects.filter(pk=intention.pk).update(filiere=None, metier=None)
        plant(intention)
        record(intention, "essai", SECRET, reason=SECRET)

    # Whom the other valideur proposes to the other organisme.
    for candidacy in Positioning.objects.filter(valideur=world.others["valideur"].organisation):
        plant(candidacy)
        plant(candidacy.stagiaire)

    # What was sent to nobody.
    draft = IntentionFactory(filed_by=world.others["employeur"])
    plant(draft, DRAFT)
    plant(world.theirs["draft"]["employeur"], DRAFT)
    plant(SessionRequest.objects.get(pk=world.theirs["request_draft"]["organisme"].pk), DRAFT)
    for batch in ImportBatch.objects.filter(hat__organisation=trainer):
        plant(batch, DRAFT)
        ImportBatch.objects.filter(pk=batch.pk).update(headers=[DRAFT])
        ImportRow.objects.filter(batch=batch).update(values=[DRAFT], reasons=[DRAFT])
    for news in Notification.objects.filter(user=world.others["employeur"].user):
        plant(news, DRAFT)
