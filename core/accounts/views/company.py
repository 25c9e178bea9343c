"""What the open register says of an establishment, for forms that fill themselves."""

from dataclasses import asdict
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from core.accounts import companies
from core.accounts.companies import CompanyFacts, CompanyServiceAway
from core.accounts.forms.fields import SiretField
from core.accounts.forms.organisations import OrganisationForm, filled_from

FormType = TypeVar("FormType", bound=OrganisationForm)

AWAY = "Le registre des entreprises ne répond pas en ce moment. Remplissez les réponses à la main."
UNKNOWN = "Le registre des entreprises ne connaît pas ce SIRET. Vérifiez-le, ou remplissez les réponses à la main."
CLOSED = "D’après le registre, cet établissement est fermé. Vérifiez le SIRET."


def look_up(siret: str) -> tuple[CompanyFacts | None, str]:
    """(the facts if any, a phrase to show if something is to be said). Never raises, never inside a transaction."""
    try:
        facts = companies.lookup(siret)
    except CompanyServiceAway:
        return None, AWAY
    if facts is None:
        return None, UNKNOWN
    return facts, "" if facts.is_open else CLOSED


def asked_siret(form: OrganisationForm) -> str:
    """The SIRET of a form that was sent only to be filled, "" if it has no good one; the other answers may wait."""
    form.is_valid()
    siret = str(form.cleaned_data.get("siret", ""))
    if not siret:
        for name in [name for name in form.errors if name != "siret"]:
            del form.errors[name]
    return siret


def filled(form: FormType, siret: str) -> tuple[FormType, str]:
    """(the form with what the register knows, what was typed staying where it says nothing; a phrase to show)."""
    facts, message = look_up(siret)
    typed = {name: value for name, value in form.data.items() if name in form.fields and value}
    found = {name: value for name, value in filled_from(facts, form.kind).items() if value} if facts else {}
    return type(form)(kind=form.kind, initial={**typed, **found, "siret": siret}), message


@require_GET
def company_lookup(request: HttpRequest) -> JsonResponse:
    """JSON: `?siret=` gives one establishment (or none), `?texte=` up to eight.

    Always {"etablissements": [...], "message": "…"}: the message says what went wrong, in French.
    """
    if text := request.GET.get("texte", ""):
        try:
            found = companies.search(text)
        except CompanyServiceAway:
            return JsonResponse({"etablissements": [], "message": AWAY})
        return JsonResponse({"etablissements": [asdict(facts) for facts in found], "message": ""})
    try:
        siret = SiretField().clean(request.GET.get("siret", ""))
    except ValidationError as error:
        return JsonResponse({"etablissements": [], "message": " ".join(error.messages)})
    facts, message = look_up(siret)
    return JsonResponse({"etablissements": [asdict(facts)] if facts else [], "message": message})
