"""Half-days, months and trainers' links of the world, on both sides of the wall."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from stagiaires import tokens
from stagiaires.models import Absence, MonthLock, PaperSheet
from stagiaires.queries.attendance import first_of
from stagiaires.workflow.half_days import give_link
from stagiaires.workflow.months import seal
from tests.factories.stagiaires import HalfDayFactory

KEPT = ("organisme",)


def build(world: Any, parcours: tuple[Any, Any], region: tuple[str, ...], roles: tuple[str, ...]) -> None:
    """`parcours`: somebody in training with each organisme. The Région reads months and sessions of both."""
    walls = [role for role in (*world.hats,) if role not in region]
    read = (*KEPT, *region)
    sides: dict[str, list[Any]] = {}
    for hats, one in zip((world.hats, world.others), parcours, strict=True):
        for name, thing in _side(hats["organisme"], one).items():
            sides.setdefault(name, []).append(thing)
    for name in ("half_day", "attended_person", "sheet", "trainer_row"):
        mine, theirs = sides[name]
        world.put(name, dict.fromkeys(KEPT, mine), dict.fromkeys((*walls, *region), theirs))
    for name in ("attended", "attended_month", "month_lock", "absence"):
        mine, theirs = sides[name]
        world.put(name, dict.fromkeys(read, mine), dict.fromkeys(walls, theirs))
    world.put("any_half_day", dict.fromkeys(roles, sides["half_day"][0]), {})
    token = tokens.link_token(sides["trainer_row"][0].pk)
    world.put("trainer_link", {role: {"token": token} for role in roles}, {})


def _side(keeper: Any, one: Any) -> dict[str, Any]:
    session, day = one.session, one.starts_on
    half_day = HalfDayFactory(session=session, on_date=day)
    absence = Absence.objects.create(
        half_day=half_day, parcours=one, reason="maladie", proof=ContentFile(b"%PDF-1.4", "arret.pdf"),
        proof_name="arret.pdf", stated_by=keeper, hours=Decimal(1),
    )  # fmt: skip
    sheet = PaperSheet.objects.create(
        half_day=half_day, file=ContentFile(b"%PDF-1.4", "feuille.pdf"), file_name="feuille.pdf", sha256="0" * 64,
        sent_by=keeper,
    )  # fmt: skip
    content = {"lines": [], "half_days": []}
    lock = MonthLock.objects.create(
        session=session,
        month=first_of(first_of(day) + dt.timedelta(days=40)),
        content=content,
        sha256=seal(content),
        locked_by=keeper,
    )
    return {
        "half_day": half_day,
        "attended_person": {"pk": half_day.pk, "person": one.pk},
        "sheet": {"pk": half_day.pk, "sheet": sheet.pk},
        "absence": absence,
        "attended": session.number,
        "attended_month": {"number": session.number, "month": f"{day:%Y-%m}"},
        "month_lock": lock,
        "trainer_row": give_link(session, "Anne Le Goff", day, day, keeper),
    }
