"""A person's own page: his training, his dates, his hours, his documents, without an account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.accounts import throttle
from core.ui.french import heures
from core.ui.parts import Fact
from stagiaires import calendar
from stagiaires.enums import AbsenceReason, DayPart, ParcoursState
from stagiaires.forms.followup import AddressForm
from stagiaires.models import Parcours, Stagiaire
from stagiaires.queries import personal as queries
from stagiaires.queries.attendance import Line
from stagiaires.views import personal_access as access
from stagiaires.views.personal_access import personal
from stagiaires.workflow import links, trainee_opinions


@personal()
def home(request: HttpRequest, person: Stagiaire, token: str) -> HttpResponse:
    """Everything at a glance, the present training first; what is asked of him stands at the top."""
    pages = queries.pages_of(person)
    context = {
        "person": person,
        "token": token,
        "pages": [_shown(page) for page in pages],
        "surveys": [survey for page in pages for survey in page.surveys],
        "opinions": [
            page.parcours for page in pages if page.opinion is None and trainee_opinions.is_time(page.parcours)
        ],
    }
    return render(request, "stagiaires/espace/accueil.html", context)


def _shown(page: queries.OwnPage) -> dict[str, Any]:
    one = page.parcours
    return {
        "one": one,
        "facts": _facts(one),
        "contact": _contact(one),
        "coming": page.coming,
        "is_over": one.state not in ParcoursState.active(),
        "hours": [
            Fact("Prévues", heures(page.hours.planned)),
            Fact("Faites", heures(page.hours.done)),
            Fact("Manquées", _missed(page.hours)),
        ],
        "absences": [_absence(line) for line in page.absences],
        "documents": page.documents,
        "opinion": page.opinion,
        "opinion_words": queries.opinion_words(page.opinion) if page.opinion else "",
    }


def _facts(one: Parcours) -> list[Fact]:
    session = one.session
    place = session.request.place
    where = ", ".join(
        part
        for part in (
            place.name if place else session.request.place_name,
            place.address if place else session.request.place_address,
            session.commune.name,
        )
        if part
    )
    facts = [
        Fact("Du", one.starts_on),
        Fact("Au", one.left_on or one.ends_on),
        Fact("Lieu", where),
        Fact("Organisme", one.organisme),
    ]
    if one.post is not None:
        facts += [Fact("Poste", one.post.intention.job_title), Fact("Employeur", one.post.intention.employer)]
    if one.positioning.valideur is not None:
        facts.append(Fact("Votre conseiller", f"{one.positioning.advisor.user}, {one.positioning.valideur}"))
    return facts


def _contact(one: Parcours) -> dict[str, str]:
    """Who answers at the organisme: the one named for the session, else the organisme itself."""
    asked, organisme = one.session.request, one.organisme
    return {
        "name": asked.contact_name or str(organisme),
        "phone": asked.contact_phone or organisme.phone,
        "email": asked.contact_email or organisme.email,
    }


def _missed(hours: queries.Hours) -> str:
    if hours.missed and hours.justified:
        return f"{heures(hours.missed)}, dont {heures(hours.justified)} justifiées"
    return heures(hours.missed)


def _absence(line: Line) -> dict[str, Any]:
    reason = AbsenceReason(line.reason).label if line.reason else "Sans motif connu"
    return {
        "on": line.on_date,
        "part": DayPart(line.part).label.lower(),
        "hours": heures(line.presence.missed),
        "reason": reason,
        "justified": bool(line.presence.justified),
    }


@personal()
def document(request: HttpRequest, person: Stagiaire, token: str, pk: int) -> HttpResponse:
    """One of his documents."""
    found = queries.document_of(person, pk)
    if found is None:
        raise Http404
    answer = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found.kind}-v{found.version}.pdf"'
    return answer


# --- His dates in a diary


@personal()
def diary(request: HttpRequest, person: Stagiaire, token: str) -> HttpResponse:
    """How to follow the dates: once, as a file, or for good, by an address that opens nothing else."""
    link = access.find_link(request, token).link
    address = links.agenda_url(link)
    webcal = f"webcal://{address.split('://', 1)[1]}"  # a phone opens its diary on this
    context = {"person": person, "token": token, "address": address, "webcal": webcal}
    return render(request, "stagiaires/espace/agenda.html", context)


@personal()
def diary_file(request: HttpRequest, person: Stagiaire, token: str) -> HttpResponse:
    """The dates, once."""
    return _ics(person)


@login_not_required
@never_cache
@require_GET
def diary_followed(request: HttpRequest, signed: str) -> HttpResponse:
    """The dates, as a diary asks for them again and again."""
    person = links.find_agenda(signed)
    if person is None:
        raise Http404
    return access.sealed(_ics(person))


def _ics(person: Stagiaire) -> HttpResponse:
    return HttpResponse(
        calendar.calendar_of(queries.in_diary(person)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="ma-formation.ics"'},
    )


# --- The link itself


@login_not_required
@never_cache
@require_POST
def renew(request: HttpRequest, token: str) -> HttpResponse:
    """A link past its term: a fresh one leaves for the address on file. Nothing is asked, nothing is told."""
    if access.tried_too_much(request):
        return access.sealed(access.too_many(request))
    links.renew(access.find_link(request, token))
    return access.sealed(render(request, "stagiaires/espace/envoye.html", {"asked": False}))


@login_not_required
@never_cache
def lost(request: HttpRequest) -> HttpResponse:
    """Whoever lost his link says his address: the answer is the same whether it is known or not."""
    form = AddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if throttle.count(f"espace-perdu:{throttle.address_of(request)}", access.LOST_SECONDS) > access.LOST:
            return access.sealed(access.too_many(request))
        links.ask(form.cleaned_data["email"])
        return access.sealed(render(request, "stagiaires/espace/envoye.html", {"asked": True}))
    page = access.form_page(
        request,
        form,
        title="Recevoir votre lien personnel",
        lead="En formation ou après, votre page s’ouvre par un lien, sans compte ni mot de passe.",
        action="Recevoir mon lien",
        back=reverse("accueil"),
    )
    return access.sealed(page, referrer=access.OURSELVES)


@personal("GET", "HEAD", "POST", form=True)
def start_again(request: HttpRequest, person: Stagiaire, token: str) -> HttpResponse:
    """A phone was lost, or the link was passed on: everything that was sent is closed, a fresh link leaves."""
    if request.method == "POST":
        links.start_again(person)
        return render(request, "stagiaires/espace/envoye.html", {"asked": False})
    return render(request, "stagiaires/espace/fermer.html", {"person": person, "token": token})


def back_home(request: HttpRequest, token: str, said: str) -> HttpResponse:
    """To one's page, with a word."""
    messages.success(request, said)
    return redirect("espace", token=token)
