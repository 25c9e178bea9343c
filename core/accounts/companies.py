"""Public facts about an establishment, from the open API « Recherche d’entreprises ».

A convenience, never a condition: a form that cannot reach the service goes on by hand. One call, three
seconds in all; never from inside a transaction (a slow service would hold our locks).
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import structlog
from django.conf import settings
from django.db import transaction
from stdnum.fr import siret as siret_number

from core.accounts.capitals import soften
from core.accounts.enums import EmployerNature

logger = structlog.get_logger(__name__)
# Few threads on purpose: a service that hangs may hold these four, never the portal.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="companies")

# INSEE's headcount bands (tranche_effectif_salarie), in words.
HEADCOUNTS = {
    "NN": "sans salarié",
    "00": "0 salarié",
    "01": "1 ou 2 salariés",
    "02": "3 à 5 salariés",
    "03": "6 à 9 salariés",
    "11": "10 à 19 salariés",
    "12": "20 à 49 salariés",
    "21": "50 à 99 salariés",
    "22": "100 à 199 salariés",
    "31": "200 à 249 salariés",
    "32": "250 à 499 salariés",
    "41": "500 à 999 salariés",
    "42": "1 000 à 1 999 salariés",
    "51": "2 000 à 4 999 salariés",
    "52": "5 000 à 9 999 salariés",
    "53": "10 000 salariés et plus",
}
# The IDCC codes that mean « no agreement » in the register.
_NO_AGREEMENT = {"9998", "9999"}


class CompanyServiceAway(Exception):
    """The service did not answer in time, refused, or said something unreadable."""


@dataclass(frozen=True)
class CompanyFacts:
    """What is publicly known of one establishment. Empty strings where nothing is known.

    `commune` is an INSEE code; `headcount` a phrase; `nature` a guess for the person to check;
    `is_open` False when the establishment has closed.
    """

    siret: str
    name: str
    legal_name: str = ""
    address: str = ""
    postcode: str = ""
    city: str = ""
    commune: str = ""
    headcount: str = ""
    naf: str = ""
    nda: str = ""
    is_qualiopi: bool = False
    collective_agreement: str = ""
    nature: str = ""
    is_open: bool = True


def lookup(siret: str) -> CompanyFacts | None:
    """The establishment of this SIRET, or None when the register does not know it.

    Raises:
        CompanyServiceAway: the service cannot be used now.
    """
    number = siret_number.compact(siret)
    for company in _ask({"q": number, "per_page": "1", "page": "1"}):
        facts = _facts(company, number)
        if facts is not None:
            return facts
    return None


def search(text: str, limit: int = 8) -> list[CompanyFacts]:
    """Open establishments found by name (and town), at most `limit`: the matching ones, else the head office.

    Raises:
        CompanyServiceAway: the service cannot be used now.
    """
    if len(text.strip()) < 3:
        return []
    found: list[CompanyFacts] = []
    for company in _ask({"q": text.strip()[:200], "per_page": str(limit), "page": "1", "etat_administratif": "A"}):
        places = [place for place in company.get("matching_etablissements") or [] if isinstance(place, dict)]
        for place in places or [company.get("siege") or {}]:
            facts = _facts(company, str(place.get("siret") or ""))
            if facts is not None and facts.is_open:
                found.append(facts)
    return found[:limit]


def _ask(query: dict[str, str]) -> list[dict[str, Any]]:
    """The companies that answer a query, within the time-out whatever the network does."""
    with transaction.atomic(durable=True):
        pass  # raises RuntimeError inside a transaction: see the module's first lines
    started = time.monotonic()
    try:
        # A thread, since httpx counts each phase apart and the name's resolution not at all.
        results = _threads.submit(_fetch, query).result(timeout=settings.COMPANY_API_TIMEOUT)
    except (httpx.HTTPError, ValueError, TimeoutError) as error:
        # Neither the name nor the number that was looked for: only what went wrong.
        logger.warning("company_service_away", error=type(error).__name__, seconds=round(time.monotonic() - started, 2))
        raise CompanyServiceAway(type(error).__name__) from error
    return [company for company in results if isinstance(company, dict)]


def _fetch(query: dict[str, str]) -> list[Any]:
    answer = httpx.get(f"{settings.COMPANY_API_URL}/search", params=query, timeout=settings.COMPANY_API_TIMEOUT)
    answer.raise_for_status()
    body = answer.json()
    if not isinstance(body, dict) or not isinstance(body.get("results"), list):
        raise ValueError("no list of results")
    results: list[Any] = body["results"]
    return results


def _facts(company: dict[str, Any], number: str) -> CompanyFacts | None:
    """The facts of the establishment `number` among those of a company, or None if it is not there."""
    head = company.get("siege") or {}
    places = [place for place in [*(company.get("matching_etablissements") or []), head] if isinstance(place, dict)]
    place = next((place for place in places if place.get("siret") == number), None)
    if place is None or not siret_number.is_valid(number):
        return None
    more = company.get("complements") or {}
    legal_name = str(company.get("nom_raison_sociale") or company.get("nom_complet") or "")
    signs = place.get("liste_enseignes") or []
    name = str(place.get("nom_commercial") or (signs[0] if signs else "") or company.get("nom_complet") or legal_name)
    postcode, city = str(place.get("code_postal") or ""), str(place.get("libelle_commune") or "")
    naf = str(place.get("activite_principale") or company.get("activite_principale") or "")
    return CompanyFacts(
        siret=number,
        name=soften(name)[:250],
        legal_name=soften(legal_name)[:250],
        address=soften(_street(str(place.get("adresse") or ""), postcode))[:250],
        postcode=postcode if re.fullmatch(r"\d{5}", postcode) else "",
        city=soften(city)[:120],
        commune=str(place.get("commune") or ""),
        headcount=HEADCOUNTS.get(
            str(place.get("tranche_effectif_salarie") or company.get("tranche_effectif_salarie") or ""), ""
        ),
        naf=naf[:6],
        nda=_first(place.get("liste_id_organisme_formation"), more.get("liste_id_organisme_formation")),
        is_qualiopi=bool(more.get("est_qualiopi")),
        collective_agreement=_agreement(place.get("liste_idcc"), more.get("liste_idcc")),
        nature=_nature(str(company.get("nature_juridique") or ""), naf, more),
        is_open=place.get("etat_administratif", "A") == "A",
    )


def _first(*lists: Any) -> str:
    return next((str(values[0]) for values in lists if isinstance(values, list) and values), "")


def _agreement(*lists: Any) -> str:
    code = _first(*lists)
    return code if re.fullmatch(r"\d{4}", code) and code not in _NO_AGREEMENT else ""


def _street(address: str, postcode: str) -> str:
    """« 8 RUE PAUL BERT 75011 PARIS » → « 8 RUE PAUL BERT »."""
    return address.rpartition(f" {postcode} ")[0] or address if postcode else address


def _nature(legal_form: str, naf: str, more: dict[str, Any]) -> str:
    """A guess of what the rules ask (R20, R24, R25, R26): the person checks it. "" when nothing is known."""
    if more.get("est_siae"):
        return EmployerNature.ETTI if "ETTI" in str(more.get("type_siae") or "").upper() else EmployerNature.SIAE
    if naf.startswith(("78.2", "78.3")):  # 78.1 places people with others: it employs nobody for them
        return EmployerNature.AGENCE_EMPLOI
    if legal_form.startswith(("4", "7")):  # 4: public law in commerce; 7: public bodies
        return EmployerNature.PUBLIC
    if legal_form.startswith("92"):
        return EmployerNature.ASSOCIATION
    return EmployerNature.PRIVE if legal_form else ""
