"""Examples of the service, shown on its page and held by a test: what is sent, and what the answer says."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Example:
    """One request. `says`: members of the answer, or a part of each, that the page shows and a test checks."""

    title: str
    body: dict[str, Any]
    status: int
    says: dict[str, Any]


_HIRING = {
    "origin": "employeur",
    "employer_kind": "prive",
    "workplace_departement": "49",
    "job_title": "Soudeur",
    "posts": 2,
    "contract_type": "cdd",
    "contract_months": 4,
    "weekly_hours": 35,
    "wished_start": "2027-03-01",
    "written_statement": True,
    "statement_kind": "courriel",
    "commitment": True,
    "milestones": ["stage"],
    "other_engaged_organisme": False,
}
EXAMPLES = (
    Example(
        "Un CDD de quatre mois\u00a0: la Région décide",
        {"sujet": "intention", "faits": _HIRING},
        200,
        {"verdict": "a_instruire", "libelle": "à instruire"},
    ),
    Example(
        "Le même projet en CDI",
        {"sujet": "intention", "faits": {**_HIRING, "contract_type": "cdi"}},
        200,
        {"verdict": "eligible", "complet": True},
    ),
    Example(
        "Un fait manque, un nom est mal écrit\u00a0: la réponse le dit",
        {"sujet": "intention", "faits": {"contract_type": "cdd", "contract_month": 8}},
        200,
        {"complet": False, "ignores": [{"nom": "contract_month", "proche_de": "contract_months"}]},
    ),
    Example(
        "Une session de trois places",
        {
            "sujet": "demande",
            "faits": {"access_mode": "socle", "seats": 3, "entry_mode": "dates_fixes", "head_count_case": "normal"},
        },
        200,
        {"verdict": "non_eligible"},
    ),
    Example(
        "Une aide après l’embauche, en Afest",
        {
            "sujet": "aide",
            "faits": {
                "aid": "afest",
                "employer_kind": "association",
                "workplace_departement": "85",
                "headcount": 40,
                "offer_published": True,
                "contract_type": "cdi",
                "jobseeker": True,
                "months_to_training": 1,
                "training_hours": 120,
                "own_trainer": True,
                "senior": True,
            },
        },
        200,
        {"verdict": "eligible", "montant": {"euros": "2700.00", "heures_financees": "120.00"}},
    ),
    Example(
        "Une valeur du mauvais type",
        {"sujet": "intention", "faits": {"weekly_hours": "trente-cinq"}},
        422,
        {"problemes": [{"fait": "weekly_hours", "message": 'Écrivez un nombre, par exemple 22.5 ou "22.5".'}]},
    ),
)
