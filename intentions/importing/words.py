"""From the words that people write in a spreadsheet to the values of our questions. What is not understood stays."""

import re

from core.accounts.enums import EmployerNature
from core.reference.text import normalise
from intentions.enums import ContractType, LowHoursReason, Milestone, ShortContractReason

_YES = {"oui", "o", "x", "vrai", "true", "1", "yes", "ok"}
_NO = {"non", "n", "faux", "false", "0", "no"}
# In the order they are tried: the first whose words are found wins.
_CONTRACTS = (
    (ContractType.CDI_INTERIMAIRE, ("cdi interim", "cdii")),
    (ContractType.CDPI, ("cdpi", "developpement professionnel interim")),
    (ContractType.APPRENTISSAGE, ("apprentissage", "apprenti")),
    (ContractType.PROFESSIONNALISATION, ("professionnalisation", "contrat pro")),
    (ContractType.CDI, ("cdi", "duree indeterminee")),
    (ContractType.CDD, ("cdd", "duree determinee", "saisonnier")),
    (ContractType.INTERIM, ("interim", "mission", "ctt")),
    (ContractType.CIE, ("cie", "initiative emploi")),
    (ContractType.PEC, ("pec", "parcours emploi competences", "cui")),
    (ContractType.PORTAGE, ("portage",)),
)
_NATURES = (
    (EmployerNature.ETTI, ("etti", "travail temporaire d insertion")),
    (EmployerNature.SIAE, ("siae", "insertion", "aci", "chantier")),
    (EmployerNature.AGENCE_EMPLOI, ("interim", "agence d emploi", "travail temporaire")),
    (EmployerNature.ASSOCIATION, ("association", "asso", "1901")),
    (EmployerNature.PUBLIC, ("public", "mairie", "commune", "collectivite", "hopital", "epci")),
    (EmployerNature.PRIVE, ("prive", "entreprise", "societe", "sas", "sarl", "sa", "eurl")),
)
_MILESTONES = (
    (Milestone.INFORMATION_COLLECTIVE, ("information", "reunion", "collective")),
    (Milestone.AVIS_PARCOURS, ("avis", "contenu", "parcours")),
    (Milestone.RECRUTEMENT, ("recrutement", "choix", "selection", "candidats")),
    (Milestone.STAGE, ("stage", "immersion", "accueil")),
    (Milestone.JURY, ("jury", "examen")),
)
_SHORT = ((ShortContractReason.SAISONNIER, ("saison", "saisonnier", "saisonniere", "oui")),)
_LOW = (
    (LowHoursReason.BOE, ("boe", "handicap", "rqth", "obligation d emploi")),
    (LowHoursReason.SANTE, ("sante", "medical", "therapeutique")),
)


def yes_no(text: str) -> str:
    """« oui » or « non »; anything else as it stands."""
    word = normalise(text)
    return "oui" if word in _YES else "non" if word in _NO else text


def contract(text: str) -> str:
    return _first(text, _CONTRACTS) or (text and ContractType.AUTRE)


def nature(text: str) -> str:
    return _first(text, _NATURES)


def short_reason(text: str) -> str:
    return _first(text, _SHORT) or (text and ShortContractReason.AUTRE)


def low_reason(text: str) -> str:
    return _first(text, _LOW) or (text and LowHoursReason.AUTRE)


def milestones(text: str) -> list[str]:
    """The steps named, in our order: « stage ; jury »; « toutes » means the five."""
    if normalise(text) in {"toutes", "tous", "les 5", "5"}:
        return list(Milestone.values)
    return [value for value, words in _MILESTONES if _holds(normalise(text), words)]


def months(text: str) -> str:
    """« 8 mois », « 1 an », « 1,5 an » as a number of months."""
    word = normalise(text.replace(",", "."))
    if match := re.match(r"(\d+)(?: (\d))? ans?\b", word):
        return str(int(match[1]) * 12 + (round(int(match[2]) * 1.2) if match[2] else 0))
    return re.sub(r"\s*mois\b.*$", "", text, flags=re.IGNORECASE)


def _first(text: str, table: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    word = normalise(text)
    return next((str(value) for value, words in table if _holds(word, words)), "")


def _holds(text: str, words: tuple[str, ...]) -> bool:
    return any(f" {word}" in f" {text}" if len(word) > 4 else f" {word} " in f" {text} " for word in words)
