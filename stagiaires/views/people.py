"""The file of a person, and apart from it the facts that only a few may read."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.accounts.access import hat_of, hat_required
from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.journal.timeline import timeline
from core.ui.french import jour
from core.ui.pagination import paginate
from core.ui.parts import Crumb, Fact
from stagiaires.forms.people import PersonForm, PurposeForm, SensitiveForm
from stagiaires.models import SensitiveFacts, Stagiaire
from stagiaires.queries import people as queries
from stagiaires.queries import positionings as candidacies
from stagiaires.views.around import form_page, keepers, must, posted, proposers
from stagiaires.views.tables import table_for
from stagiaires.workflow import people, sensitive

watcher = hat_required(OrganisationKind.REGION, roles=(Role.ADMINISTRATEUR,))


def _person(request: HttpRequest, pk: int) -> tuple[Membership, Stagiaire]:
    hat = hat_of(request)
    return hat, get_object_or_404(queries.visible_to(hat).select_related("created_by__organisation"), pk=pk)


def _crumbs(person: Stagiaire, last: str) -> list[Crumb]:
    return [
        Crumb("Candidatures", reverse("positionnements")),
        Crumb(str(person), reverse("personne_detail", args=[person.pk])),
        Crumb(last),
    ]


@keepers
@require_GET
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who the person is and where he stands, as far as this hat sees."""
    hat, person = _person(request, pk)
    whole = queries.reads_whole(hat, person)
    page = paginate(candidacies.for_list(candidacies.visible_to(hat).filter(stagiaire=person)), request)
    context = {
        "hat": hat,
        "person": person,
        "whole": whole,
        "facts": _facts(person, whole=whole),
        "page": page,
        "table": table_for(hat.kind).bind(page.rows),
        "may_edit": queries.keeps(hat, person) and hat.kind != OrganisationKind.REGION and not person.purged_at,
        "may_read_sensitive": queries.may_read_sensitive(hat, person) and not person.purged_at,
        "events": timeline(person) if whole else [],
        "crumbs": [_crumbs(person, "")[0], Crumb(str(person))],
    }
    return render(request, "stagiaires/positionnement/personne.html", context)


def _facts(person: Stagiaire, *, whole: bool) -> list[Fact]:
    facts = [Fact("Date de naissance", jour(person.birth_on, weekday=False) if person.birth_on else "")]
    if not whole:
        return facts
    where = " ".join(part for part in (person.address, person.postcode, person.city) if part)
    return [
        *facts,
        *([Fact("Nom de naissance", person.birth_name)] if person.birth_name else []),
        Fact("Téléphone", person.phone),
        Fact("Adresse électronique", person.email),
        Fact("Adresse", where, rule="R78"),
        Fact("Identifiant France Travail", person.ft_identifier, rule="R75"),
        Fact("Catégorie d’inscription", person.get_category_display() if person.category else "", rule="R75"),
        Fact("Niveau d’études", person.get_level_display() if person.level else "", rule="R77"),
        Fact("Sexe", person.get_sex_display() if person.sex else "", rule="P11"),
    ]


@proposers
@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the file: by the service that keeps it."""
    hat, person = _person(request, pk)
    must(queries.keeps(hat, person) and not person.purged_at)
    form = PersonForm(posted(request), initial={name: getattr(person, name) for name in people.FIELDS})
    back = reverse("personne_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            people.correct(person, form.cleaned_data, hat)
        except Refused as refused:
            form.add_error("ft_identifier", refused.message)
        else:
            messages.success(request, "Le dossier est corrigé.")
            return redirect(back)
    return form_page(
        request,
        form,
        title=f"Corriger le dossier de {person}",
        action="Enregistrer le dossier",
        back=back,
        crumbs=_crumbs(person, "Corriger"),
    )


# ---- sensitive facts: asked with a reason, shown in the answer, never at an address of their own


@proposers
@require_http_methods(["GET", "POST"])
def situation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a reason; then, and only in the answer to that question, the facts."""
    hat, person = _person(request, pk)
    must(queries.may_read_sensitive(hat, person) and not person.purged_at)
    form = PurposeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        purpose = form.cleaned_data["purpose"]
        facts = sensitive.read(person, hat, purpose)
        return _shown(request, person, _filled(facts, purpose))
    return form_page(
        request,
        form,
        title="Situation particulière",
        lead=f"Handicap, autorisation de travail, structure d’insertion, allocation : ces informations sur {person} ne "
        "s’affichent qu’à ceux qui en ont besoin, et chaque consultation est gardée.",
        action="Consulter",
        back=reverse("personne_detail", args=[pk]),
        crumbs=_crumbs(person, "Situation particulière"),
    )


@proposers
@require_POST
def situation_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was said; comes back with its faults."""
    hat, person = _person(request, pk)
    must(queries.may_read_sensitive(hat, person) and not person.purged_at)
    form = SensitiveForm(request.POST)
    if not form.is_valid():
        return _shown(request, person, form)
    try:
        sensitive.write(person, hat, form.cleaned_data["purpose"], form.cleaned_data)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "La situation de la personne est à jour.")
    return redirect("personne_detail", pk=pk)


def _filled(facts: SensitiveFacts, purpose: str) -> SensitiveForm:
    said = {name: getattr(facts, name) for name in sensitive.FIELDS}
    return SensitiveForm(initial=said | {"purpose": purpose})


def _shown(request: HttpRequest, person: Stagiaire, form: SensitiveForm) -> HttpResponse:
    context = {"person": person, "form": form, "crumbs": _crumbs(person, "Situation particulière")}
    answer = render(request, "stagiaires/positionnement/situation.html", context, status=422 if form.is_bound else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@watcher
@require_GET
def readings(request: HttpRequest) -> HttpResponse:
    """Who read sensitive facts, when and why: for the data protection officer. Files by number, not by name."""
    asked = request.GET.get("dossier", "")
    rows = queries.readings()
    if asked.isdecimal() and len(asked) < 18:
        rows = rows.filter(stagiaire=int(asked))
    page = paginate(rows, request)
    context = {"page": page, "dossier": asked[:18], "total": page.total_text("consultation")}
    return render(request, "stagiaires/positionnement/consultations.html", context)
