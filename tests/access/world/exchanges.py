"""What is told of somebody in training on each side of the wall: an event, a sealed AIS, a file of a month."""

import datetime as dt
from typing import Any

from stagiaires.enums import DocumentKind
from stagiaires.models import ExchangeFile, ExternalEvent, ParcoursDocument
from stagiaires.parcours_papers import content_of
from tests.access.world.base import HATS, REGION, World


def build(world: World, parcours: tuple[Any, Any]) -> None:
    """The Région reads all; an organisme its own; a valideur the papers of those whom it proposed."""
    walls = [role for role in HATS if role not in REGION]
    keeps = ("organisme", *REGION)
    events, papers = [], []
    for one in parcours:
        events.append(
            ExternalEvent.objects.create(
                key=f"agora:entree:parcours-{one.pk}:1",
                partner="agora",
                kind="entree",
                parcours=one,
                happened_on=one.starts_on,
                payload={"dossier": f"P{one.pk}"},
            )
        )
        paper = ParcoursDocument.objects.create(
            parcours=one,
            kind="ais",
            content=content_of(one, DocumentKind.AIS, 1),
            pdf=b"%PDF-1.7",
            sha256="0" * 64,
        )
        papers.append({"pk": one.pk, "document": paper.pk})
    world.put("external_event", dict.fromkeys(keeps, events[0]), dict.fromkeys(walls, events[1]))
    world.put("entry_paper", dict.fromkeys(("valideur", *keeps), papers[0]), dict.fromkeys(walls, papers[1]))
    month, batch = (
        ExchangeFile.objects.create(
            partner=partner,
            subject=subject,
            month=dt.date(2026, 10, 1),
            name=f"{subject}-{partner}-2026-10-v1.csv",
            data=b"NUMERO_DOSSIER;SESSION\r\n",
            sha256="0" * 64,
            rows=0,
        )
        for partner, subject in (("asp", "presences"), ("agora", "evenements"))
    )
    strangers = [role for role in walls if role != "organisme"]
    world.put("exchange_file", dict.fromkeys(keeps, month), {"organisme": batch} | dict.fromkeys(strangers, month))
