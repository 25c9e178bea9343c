"""What the papers of a parcours say, as plain values, and their file: the same words always give the same bytes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from core.ui.french import heures
from stagiaires.enums import DocumentKind
from stagiaires.models import Parcours

STYLE = "css/commande.css"
TEMPLATES = {
    DocumentKind.CONTRAT: "stagiaires/parcours/pdf/contrat.html",
    DocumentKind.CHARTE: "stagiaires/parcours/pdf/charte.html",
    DocumentKind.ATTESTATION: "stagiaires/parcours/pdf/attestation.html",
    DocumentKind.COMPETENCES: "stagiaires/parcours/pdf/attestation.html",
    DocumentKind.AIS: "stagiaires/echanges/pdf/ais.html",
    DocumentKind.AES: "stagiaires/echanges/pdf/aes.html",
}
LINES = (
    ("hours_technique", "Formation technique"),
    ("hours_refresher", "Remise à niveau"),
    ("hours_module", "Modules complémentaires"),
    ("hours_distance", "À distance"),
    ("hours_company", "En entreprise"),
)


def content_of(parcours: Parcours, kind: DocumentKind, version: int) -> dict[str, Any]:
    """Everything that the paper says: kept beside the file, enough to make it again."""
    session, person, organisme = parcours.session, parcours.stagiaire, parcours.organisme
    employer = parcours.post.intention.employer if parcours.post else None
    said: dict[str, Any] = {
        "version": version,
        "day": timezone.localdate().isoformat(),
        "person": {"name": str(person), "birth_on": person.birth_on.isoformat() if person.birth_on else ""},
        "organisme": {"name": str(organisme), "address": _address(organisme), "siret": organisme.siret},
        "session": {"number": session.number, "title": session.title, "place": _place(parcours)},
        "certification": str(session.certification or ""),
        "employer": str(employer or ""),
        "job": parcours.post.intention.job_title if parcours.post else "",
        "funded": parcours.funded,
        "starts_on": parcours.starts_on.isoformat(),
        "ends_on": parcours.ends_on.isoformat(),
        "rate": str(parcours.working_rate),
        "rhythm": session.request.rhythm,
        "hours": [
            {"label": label, "hours": str(getattr(parcours, name))} for name, label in LINES if getattr(parcours, name)
        ],
        "total": str(parcours.hours_total),
    }
    if kind in (DocumentKind.ATTESTATION, DocumentKind.COMPETENCES):
        outcome = parcours.outcome
        said |= {
            "left_on": (parcours.left_on or parcours.ends_on).isoformat(),
            "result": outcome.get_result_display(),
            "blocks": [{"code": block.code, "title": block.title} for block in outcome.blocks.order_by("code")],
            "done": str(hours_done(parcours) or ""),
        }
    elif kind in (DocumentKind.AIS, DocumentKind.AES):
        said = merged(said, entry_facts(parcours))
    return said


def entry_facts(parcours: Parcours) -> dict[str, Any]:
    """What an AIS or an AES says beyond the other papers, for France Travail. Its PDF shows no identifier."""
    session, person = parcours.session, parcours.stagiaire
    return {
        "dossier": f"P{parcours.pk}",
        "person": {
            "last_name": person.last_name,
            "birth_name": person.birth_name,
            "first_name": person.first_name,
            "ft_identifier": person.ft_identifier,
        },
        "organisme": {"nda": parcours.organisme.nda},
        "session": {"carif_number": session.carif_number, "certification_code": session.certification_id or ""},
        "starts_on": parcours.starts_on.isoformat(),
        "ends_on": parcours.ends_on.isoformat(),
        "rate": str(parcours.working_rate),
        "hours_training": str(parcours.hours_training),
        "hours_company": str(parcours.hours_company),
        "funder": "oui" if parcours.funded else "non",
    }


def merged(said: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Both, the nested parts too."""
    return said | {
        name: said[name] | value if isinstance(value, dict) and name in said else value for name, value in more.items()
    }


def hours_done(parcours: Parcours) -> Decimal | None:
    """Hours of the months that are sealed and confirmed, the last version of each; None when there are none yet."""
    rows = parcours.month_hours.filter(lock__state__in=["verrouille", "confirme"]).values_list("hours", flat=True)
    return sum(rows, Decimal(0)) if rows else None


def render(kind: DocumentKind, content: dict[str, Any]) -> bytes:
    """PDF/A-3a and PDF/UA-1."""
    from core.ui.pdf import render_pdf  # its library takes half a second to load: only who makes papers pays it

    days: dict[str, date] = {
        name: date.fromisoformat(content[name])
        for name in ("day", "starts_on", "ends_on", "left_on")
        if name in content
    }
    born = content["person"]["birth_on"]
    context: dict[str, Any] = {
        "said": content,
        "title": kind.label,
        "born": date.fromisoformat(born) if born else None,
        "lines": [(line["label"], heures(Decimal(line["hours"]))) for line in content["hours"]],
        "total": heures(Decimal(content["total"])),
        "rate": Decimal(content["rate"]),
        "done": heures(Decimal(content["done"])) if content.get("done") else "",
        **days,
    }
    return render_pdf(TEMPLATES[kind], context, STYLE)


def _address(organisme: Any) -> str:
    town = f"{organisme.postcode} {organisme.city}".strip()
    return "\n".join(part for part in (organisme.address, town) if part)


def _place(parcours: Parcours) -> str:
    request = parcours.session.request
    place = request.place
    name = place.name if place else request.place_name
    return ", ".join(part for part in (name, parcours.session.commune.name) if part)
