"""The lists of parcours, and the page of one."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.timeline import timeline
from core.rules import Audience
from core.rules.links import write_facts
from core.ui.french import heures, nombre
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from core.ui.tables import export_response
from intentions.aids.facts import AidFacts
from stagiaires.enums import CertificationResult, DocumentKind
from stagiaires.facts import judge_parcours, parcours_facts_of
from stagiaires.models import Hire, Outcome, Parcours
from stagiaires.parcours_filters import ParcoursFilter
from stagiaires.parcours_papers import LINES
from stagiaires.queries import parcours as queries
from stagiaires.rules.terms import Step
from stagiaires.views.around import readers
from stagiaires.views.parcours_acts import offered
from stagiaires.views.parcours_common import find
from stagiaires.views.parcours_tables import FILTERED, state_badge, table_for
from stagiaires.views.verdict import explain
from stagiaires.workflow import hires

AID_OF = {Step.PARCOURS_EMPLOI_FORMATION: "formation", Step.PARCOURS_EMPLOI_TUTORAT: "tutorat"}


def _rows(request: HttpRequest) -> tuple[ParcoursFilter, QuerySet[Parcours]]:
    """The filter bound to the address, and the parcours that it leaves."""
    seen = queries.visible_to(hat_of(request))
    bound = ParcoursFilter(request.GET, queryset=seen, request=request)
    return bound, queries.for_list(bound.qs if bound.is_valid() else seen)


@readers
@require_GET
def parcours_list(request: HttpRequest) -> HttpResponse:
    """The parcours that this hat may see, the latest entries first."""
    hat = hat_of(request)
    bound, rows = _rows(request)
    page = paginate(rows, request)
    context = {
        "hat": hat,
        "page": page,
        "table": table_for(hat.kind, hat.organisation_id).bind(page.rows, empty=FILTERED if bound.active else None),
        **bound.head("parcours_export"),
    }
    return render(request, "stagiaires/parcours/liste.html", context)


@readers
@require_GET
def parcours_export(request: HttpRequest, fmt: str) -> HttpResponseBase:
    """The same rows as the screen, all pages of it, as a file."""
    if fmt not in ("csv", "xlsx"):
        raise Http404
    hat = hat_of(request)
    _bound, rows = _rows(request)
    return export_response(table_for(hat.kind, hat.organisation_id), rows, "parcours", fmt)


@readers
@require_GET
def parcours_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One parcours: where it stands, what precedes the entry, what it led to, what this hat may do now."""
    hat, one = find(request, pk)
    is_employer = hat.kind == OrganisationKind.EMPLOYEUR
    outcome: Outcome | None = getattr(one, "outcome", None)
    over = one.state in queries.OVER
    context = {
        "hat": hat,
        "one": one,
        "session": one.session,
        "name": one.stagiaire.short_name if is_employer else str(one.stagiaire),
        "badge": state_badge(one),
        "is_employer": is_employer,
        "is_trainer": hat.kind == OrganisationKind.ORGANISME,
        "sees_person": not is_employer,
        "facts": _facts(one, hat),
        "hours": _hours(one),
        "checks": _checks(one),
        "outcome": outcome,
        "recovery": outcome.recovery if outcome and not _is_elsewhere(one, hat) else "",
        "outcome_facts": _outcome_facts(outcome, is_employer=is_employer) if outcome else [],
        "told": _told(one, outcome, hat) if over else None,
        "hires": _hires(one, hat),
        "may_declare": one.state in hires.WHEN and hires.may_declare(one, hat),
        "documents": [] if is_employer else list(one.documents.defer("pdf", "content").select_related("made_by")),
        "points": _points(one, hat),
        "acts": offered(one, hat),
        "follow_up": _follow_up(one, outcome) if over else "",
        "events": [] if is_employer else timeline(one),
        "crumbs": [
            Crumb("Parcours", reverse("parcours_liste")),
            Crumb(one.session.number, reverse("session_groupe", args=[one.session.number])),
            Crumb("Le parcours"),
        ],
    }
    return render(request, "stagiaires/parcours/detail.html", context)


def _facts(one: Parcours, hat: Membership) -> list[Fact]:
    is_employer = hat.kind == OrganisationKind.EMPLOYEUR
    employer = one.post.intention.employer if one.post else None
    funding = "La Région" if one.funded else "Non financé par la Région"
    facts = [
        Fact("Employeur", employer or "Aucun poste", rule="R12"),
        Fact("Poste", one.post.intention.job_title if one.post else ""),
        Fact("Organisme", one.organisme),
        Fact("Entrée", one.starts_on),
        Fact("Fin", one.left_on or one.ends_on),
    ]
    if one.suspended_until:
        facts.append(Fact("Reprise prévue le", one.suspended_until))
    if one.exit_reason and not is_employer:
        facts.append(Fact("Motif de sortie", one.get_exit_reason_display(), rule="R84"))
    if not is_employer:
        facts += [
            Fact("Financement", funding, rule="R73"),
            Fact("Composante", one.composante.number if one.composante else ""),
            Fact("Proposé par", one.positioning.valideur or "L’organisme"),
        ]
        if one.replaces:
            facts.append(_replaced(one.replaces, hat))
    return facts


def _replaced(gone: Parcours, hat: Membership) -> Fact:
    """Who left the place (R74): nobody's name for a valideur who did not propose him."""
    if hat.kind == OrganisationKind.VALIDEUR and gone.positioning.valideur_id != hat.organisation_id:
        return Fact("Remplace", "Une personne partie", rule="R74")
    return Fact("Remplace", gone.stagiaire.short_name, rule="R74", url=reverse("parcours_detail", args=[gone.pk]))


def _hours(one: Parcours) -> list[Fact]:
    """The hours of this person by type, and the rhythm when it is not full time (R52, R80)."""
    facts = [Fact(label, heures(value)) for name, label in LINES if (value := getattr(one, name))]
    facts.append(Fact("Total", heures(one.hours_total), rule="R52"))
    if one.working_rate < 100:
        weekly = one.session.request.weekly_hours
        said = f"{nombre(one.working_rate)}\u00a0%"
        if weekly:
            said += f", environ {heures(round(weekly * one.working_rate / 100, 1))} par semaine"
        facts.append(Fact("Rythme", said, rule="R80"))
    return facts


def _checks(one: Parcours) -> list[dict[str, Any]]:
    """What precedes the entry: done or not, and when."""
    rows: list[tuple[str, Any, str]] = [
        ("Contrat individuel de formation", one.contract_made_at, "P06"),
        ("Charte des droits et devoirs", one.charter_accepted_at, "R84"),
    ]
    if one.session.access_mode == "intention-embauche":
        rows.append(("Engagement de se salarier", one.commitment_signed_at, "R38"))
    rows.append(("Vérification de l’inscription sur nosemplois.fr", one.stagiaire.registration_checked_at, "R86"))
    return [{"label": label, "at": at, "rule": rule} for label, at, rule in rows]


def _outcome_facts(outcome: Outcome, *, is_employer: bool) -> list[Fact]:
    blocks = [block.code for block in outcome.blocks.all()]
    facts = [Fact("Certification", outcome.get_result_display())]
    if blocks:
        facts.append(Fact("Blocs acquis", ", ".join(blocks), rule="R48"))
    if is_employer:
        return facts
    facts += [
        Fact("Attestation remise le", outcome.certificate_given_on or "Pas encore", rule="R48"),
        Fact("Profil de compétences", "À jour" if outcome.skills_profile_updated else "À mettre à jour", rule="P07"),
        Fact("Suite", outcome.get_next_step_display() if outcome.next_step else "", rule="R126"),
    ]
    return facts


def _told(one: Parcours, outcome: Outcome | None, hat: Membership) -> Any:
    """What the rules say of the end: certificate, skills profile, what follows (R48, P07, R65, R95)."""
    agreed = frozenset(["R95"]) if outcome and outcome.recovery_agreed else frozenset[str]()
    audience = Audience.REGION if hat.kind == OrganisationKind.REGION else Audience.ORGANISME
    judgement = judge_parcours(parcours_facts_of(one, outcome), agreed)
    return explain(judgement, possible="Rien ne s’y oppose", impossible="Pas ainsi", audience=audience)


def _hires(one: Parcours, hat: Membership) -> list[dict[str, Any]]:
    """The hires that stand, with what this hat may do with each."""
    rows: list[Hire] = list(one.hires.filter(withdrawn_at=None).select_related("employer", "declared_by__organisation"))
    if hat.kind == OrganisationKind.EMPLOYEUR:
        rows = [row for row in rows if row.employer_id == hat.organisation_id]
    return [
        {
            "row": row,
            "name": row.employer or row.employer_name,
            "may_confirm": row.employer_id and not row.confirmed_at and hires.may_confirm(row, hat),
            "may_withdraw": hires.may_withdraw(row, one, hat),
        }
        for row in rows
    ]


def _is_elsewhere(one: Parcours, hat: Membership) -> bool:
    """An employer of the session on whose posts this person does not stand: he reads no words about him."""
    if hat.kind != OrganisationKind.EMPLOYEUR:
        return False
    return one.post is None or one.post.intention.employer_id != hat.organisation_id


def _points(one: Parcours, hat: Membership) -> list[Any]:
    """What was said with the trainer and the employer of the post (R96)."""
    if hat.kind == OrganisationKind.VALIDEUR or _is_elsewhere(one, hat):
        return []
    return list(one.contact_points.select_related("made_by__user")[:10])


def _follow_up(one: Parcours, outcome: Outcome | None) -> str:
    """« Poursuivre »: the aids after the hire, with what the portal knows of the contract already (R126)."""
    if outcome is None:
        return ""
    hire = one.hires.filter(withdrawn_at=None).order_by("-starts_on", "-id").first()
    aid = AID_OF.get(Step(outcome.next_step)) if outcome.next_step else None
    if aid is None:
        return reverse("simulateur_aides") if hire or outcome.result != CertificationResult.EN_ATTENTE else ""
    facts = AidFacts(jobseeker=True)
    employer = hire.employer if hire else (one.post.intention.employer if one.post else None)
    if employer is not None and employer.commune is not None:
        facts = facts.with_facts(workplace_departement=employer.commune.departement_id)
    if hire is not None and hire.months:
        facts = facts.with_facts(contract_months=hire.months)
    carried = write_facts("aide", facts, timezone.localdate())
    return f"{reverse('simulateur_aide', args=[aid])}?faits={carried}"


@readers
@require_GET
def document_file(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """A sealed document of a parcours; the employer sees none."""
    hat, one = find(request, pk)
    if hat.kind == OrganisationKind.EMPLOYEUR:
        raise Http404
    found = get_object_or_404(one.documents.all(), pk=document)
    response = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    name = f"{found.kind}-{one.session.number}-v{found.version}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@readers
@require_GET
def charter(request: HttpRequest) -> HttpResponse:
    """The charter as it is accepted (R84)."""
    context = {"crumbs": [Crumb("Parcours", reverse("parcours_liste")), Crumb(DocumentKind.CHARTE.label)]}
    return render(request, "stagiaires/parcours/charte.html", context)
