"""Intentions, filed and in draft, and the personal link of one."""

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from core.accounts.models import Membership
from intentions.links import token_for
from intentions.models import Intention, IntentionDerogation
from tests.access.world.base import HATS, REGION, World
from tests.factories.accounts import hat
from tests.factories.intentions import IntentionFactory, filed


def build(world: World) -> None:
    other_employer = world.others["employeur"]
    authors = _authors(world)
    made: dict[tuple[int, str], Intention] = {}

    def by(author: Membership, sort: str, **answers: Any) -> Intention:
        key = (author.pk, sort)
        if key not in made:
            # Someone who files for another names an employer that is none of the two tenants.
            given = {"filed_by": author, **answers}
            if author.kind != "employeur":
                given["employer"] = hat("employeur").organisation
            if sort == "draft":
                later = timezone.localdate() + dt.timedelta(days=200)  # or it would be a twin of the one filed
                made[key] = IntentionFactory(
                    training_start_wished=later, hire_on=later + dt.timedelta(days=90), **given
                )
            else:
                made[key] = filed(**given)
                made[key].statement_file.save("ecrit.pdf", ContentFile(b"%PDF-1.4"), save=False)
                made[key].statement_name = "ecrit.pdf"
                made[key].save()
                IntentionDerogation.objects.create(intention=made[key], rule="R32", asked_reason="Horaires scolaires")
        return made[key]

    unseen = by(other_employer, "filed")
    unseen_draft = IntentionFactory(filed_by=other_employer)
    world.put(
        "intention",
        {role: by(author, "filed") for role, author in authors.items()},
        {role: unseen for role in HATS if role not in ("organisme", *REGION)}
        | {"organisme": _engaged_elsewhere(world)}
        | dict.fromkeys(REGION, unseen_draft),
    )
    world.put(
        "draft",
        {role: by(author, "draft") for role, author in authors.items()},
        dict.fromkeys(HATS, unseen_draft),
    )
    # A personal link asks nothing of its bearer's hat: four bearers stand for all. Its employer is neither tenant.
    bearers = ("anonyme", "sans_casquette", "employeur", "decideur")
    world.put("link", dict.fromkeys(bearers, token_for(by(authors["relais"], "filed"))), {})


def _authors(world: World) -> dict[str, Membership]:
    """Which hat files the objects that a role may reach; a plain member shares his administrator's."""
    authors = {role: world.hats[role] for role in ("employeur", "organisme", "valideur", "relais")}
    return authors | {"membre": world.hats["employeur"]} | dict.fromkeys(REGION, world.hats["gestionnaire"])


def _engaged_elsewhere(world: World) -> Intention:
    """An intention bound to another organisme: no longer for those who look for compatible ones."""
    intention = filed(hat("employeur"), training_title="Chaudronnerie")
    intention.engaged_organisme = world.others["organisme"].organisation
    intention.engager()
    intention.save()
    return intention
