"""The formats as they are: column by column, with what is missing; which act tells what; who tells it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from core.accounts.access import fits, hat_of
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.parts import Crumb
from core.ui.tables import Column, Table
from sessions.enums import AccessMode
from stagiaires.enums import Partner, Sender
from stagiaires.exchanges import FORMATS
from stagiaires.exchanges.agora import EXCLUDED, TRIGGERS
from stagiaires.forms.exchanges import SenderForm
from stagiaires.models import ExchangeSender
from stagiaires.views.exchanges.common import administrators, crumbs, form_page, readers
from stagiaires.workflow.exchanges.answers import choose_sender

COLUMNS = Table(
    caption="Colonnes du fichier",
    columns=[
        Column("nom", "Colonne", value="name"),
        Column("source", "Ce que dit le portail", value="said"),
        Column("format", "Écriture", value="how"),
        Column("exemple", "Exemple", value="example"),
        Column("faut", "Nécessaire", value="needed", kind="bool"),
        Column("corrige", "Se corrige", value=lambda one: one.editable or "Non"),
        Column("note", "À savoir", value="note"),
    ],
    flag=lambda one: "" if one.source else "Le portail n’a pas cette donnée",
)  # fmt: skip


@readers
@require_GET
def format_list(request: HttpRequest) -> HttpResponse:
    """Every format."""
    rows = [
        (one, str(Partner(one.partner).label), [c for c in one.columns if not c.source]) for one in FORMATS.values()
    ]
    return render(
        request, "stagiaires/echanges/formats.html", {"rows": rows, "crumbs": crumbs(Crumb("Correspondances"))}
    )


@readers
@require_GET
def format_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One format, and for AGORA the acts that tell each event, and who tells."""
    shape = FORMATS.get(slug)
    if shape is None:
        raise Http404
    told = slug in ("agora", "ais", "aes")
    context = {
        "shape": shape,
        "partner": str(Partner(shape.partner).label),
        "table": COLUMNS.bind(shape.columns),
        "missing": shape.missing,
        "triggers": TRIGGERS if slug == "agora" else (),
        "excluded": EXCLUDED if slug == "agora" else (),
        "senders": _senders(shape.partner) if told else [],
        "told": told,
        "may_choose": told and fits(hat_of(request), ("region",), ("administrateur",)),
        "crumbs": crumbs(Crumb("Correspondances", reverse("echange_formats")), Crumb(shape.title)),
    }
    return render(request, "stagiaires/echanges/format.html", context)


def _senders(partner: str) -> list[tuple[str, list[ExchangeSender], str]]:
    """(mode d'accès, the choices made, who tells otherwise). One query."""
    rows = list(ExchangeSender.objects.filter(partner=partner).select_related("set_by__user"))
    usual = str(Sender.REGION.label)
    return [(str(mode.label), [row for row in rows if row.access_mode == mode], usual) for mode in AccessMode]


@administrators
@require_http_methods(["GET", "POST"])
def sender_choose(request: HttpRequest) -> HttpResponse:
    """From a day on, who tells."""
    form = SenderForm(request.POST if request.method == "POST" else None)
    back = reverse("echange_format", args=["agora"])
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, "echange.emetteur") as claim:
                if not claim.done:
                    choose_sender(hat_of(request), **form.cleaned_data)
                    claim.keep(back)
        except Refused as refused:
            form.add_error("valid_from", refused.message)
        else:
            messages.success(request, "C’est noté : les admissions suivront ce choix à partir de ce jour.")
            return redirect(back)
    return form_page(
        request, form, title="Dire qui transmet", action="Enregistrer ce choix", back=back,
        lead="Les dossiers déjà admis gardent celui qui les transmet : aucun n’est dit deux fois.",
        crumbs=crumbs(Crumb("Correspondances", reverse("echange_formats")), Crumb("Dire qui transmet")),
    )  # fmt: skip
