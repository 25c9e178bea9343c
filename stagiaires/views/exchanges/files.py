"""The files made for partners, and the months of attendance that they are made of."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.accounts.access import hat_of
from core.accounts.enums import OrganisationKind
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.journal.timeline import timeline
from core.ui.french import mois, moment
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from stagiaires.enums import FilePart, FileSubject, LockState, Partner, Sender
from stagiaires.exchanges.presences import BY_PARTNER
from stagiaires.queries.exchanges import files as queries
from stagiaires.queries.exchanges import months as month_queries
from stagiaires.views.exchanges.common import attached, crumbs, keepers, senders
from stagiaires.workflow.exchanges import files, months


@keepers
@require_GET
def file_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: its hash, its rows, who took it away."""
    hat = hat_of(request)
    file = get_object_or_404(queries.for_page(queries.visible_to(hat)), pk=pk)
    is_region = hat.kind == OrganisationKind.REGION
    may_take = queries.may_take(file, hat)
    months_page = file.subject == FileSubject.PRESENCES
    facts = [
        Fact("Partenaire", file.get_partner_display()),
        Fact("Contenu", file.get_subject_display()),
        Fact("Mois", mois(file.month)),
        Fact("Version", file.version),
        Fact("Préparé le", moment(timezone.localtime(file.made_at))),
    ]
    if file.sender != Sender.REGION:
        facts.append(Fact("Transmis par", file.organisme or file.get_sender_display()))
    if is_region or may_take:
        facts += [
            Fact("Lignes", file.rows),
            Fact("Par", file.made_by.user if file.made_by else "Le portail"),
            Fact("Remise", file.delivery or "Pas encore"),
        ]
    context = {
        "file": file,
        "facts": [*facts, Fact("Empreinte SHA-256", file.sha256)],
        "is_region": is_region,
        "may_take": may_take,
        "has_own_rows": months_page and not is_region,
        "has_before": months_page and queries.may_send(hat) and queries.before(file) is not None,
        "dropped": files.is_dropped(file),
        "parts": {part.name.lower(): part.value for part in FilePart},
        "reads_all": is_region or may_take,
        "downloads": file.downloads.all() if is_region or may_take else [],
        "events": timeline(file) if is_region or may_take else [],
        "crumbs": crumbs(*_trail(file.month) if months_page else (), Crumb(file.name)),
    }
    return render(request, "stagiaires/echanges/fichier.html", context)


def _trail(month: date) -> tuple[Crumb, Crumb]:
    there = reverse("echange_presences_mois", args=[f"{month:%Y-%m}"])
    return Crumb("Présences", reverse("echange_presences")), Crumb(mois(month).capitalize(), there)


@keepers
@require_POST
def file_take(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Take a file away, or what concerns oneself: it is written down."""
    hat = hat_of(request)
    file = get_object_or_404(queries.visible_to(hat), pk=pk)
    is_region, months_file = hat.kind == OrganisationKind.REGION, file.subject == FileSubject.PRESENCES
    fits = {
        FilePart.TOUT: is_region or queries.may_take(file, hat),
        FilePart.DIFFERENCES: is_region and months_file,
        FilePart.SIENNES: months_file and not is_region,
    }
    if part not in FilePart.values or not fits[FilePart(part)]:
        raise Http404
    try:
        name, data = files.take(file, part, hat)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("echange_fichier", pk)
    return attached(name, data)


# ---- the months


@keepers
@require_GET
def month_list(request: HttpRequest) -> HttpResponse:
    """The months that some session has sealed."""
    context = {"rows": month_queries.months(hat_of(request)), "crumbs": crumbs(Crumb("Présences"))}
    return render(request, "stagiaires/echanges/presences.html", context)


def _month(text: str) -> date:
    try:
        year, month = text.split("-")
        return date(int(year), int(month), 1)
    except ValueError:
        raise Http404 from None


@keepers
@never_cache
@require_GET
def month_detail(request: HttpRequest, month: str) -> HttpResponse:
    """One month: which sessions are confirmed, the versions of its files."""
    hat, first = hat_of(request), _month(month)
    locks = month_queries.locks_of(hat, first)
    page = paginate(locks, request)
    made = queries.for_list(queries.visible_to(hat).filter(subject=FileSubject.PRESENCES, month=first))
    rows = list(made)
    confirmed = locks.filter(state=LockState.CONFIRME).count()
    context = {
        "month": first,
        "page": page,
        "confirmed": confirmed,
        "partners": [
            {
                "value": partner,
                "label": str(Partner(partner).label),
                "shape": shape,
                "files": [one for one in rows if one.partner == partner],
            }
            for partner, shape in BY_PARTNER.items()
        ],
        "may_send": queries.may_send(hat) and confirmed,
        "is_region": hat.kind == OrganisationKind.REGION,
        "own": FilePart.SIENNES.value,
        "crumbs": crumbs(*_trail(first)[:1], Crumb(mois(first).capitalize())),
    }
    return render(request, "stagiaires/echanges/presences_mois.html", context)


@senders
@require_POST
def month_prepare(request: HttpRequest, month: str, partner: str) -> HttpResponse:
    """Make the file of a month for one partner."""
    first = _month(month)
    if partner not in BY_PARTNER:
        raise Http404
    try:
        with once(request, f"presences.{partner}") as claim:
            if not claim.done:
                made = months.prepare(Partner(partner), first, hat_of(request))
                claim.keep(reverse("echange_fichier", args=[made.pk]))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("echange_presences_mois", month)
    messages.success(request, "Le fichier est prêt.")
    return redirect(claim.location)
