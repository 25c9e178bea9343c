"""Which column of the old form means what: guessed from its title, settled on screen, remembered."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from core.accounts.models import Organisation
from core.reference.text import normalise
from core.ui.spreadsheets import LINE, REASON
from intentions.models import ColumnMapping


@dataclass(frozen=True)
class Target:
    """One question that a column may answer. `words`: what its titles usually say, the surest first."""

    key: str
    label: str
    words: tuple[str, ...]
    needed: bool = False


TARGETS = (
    Target("siret", "SIRET", ("siret",)),
    Target(
        "employer_name",
        "Employeur",
        ("raison sociale", "nom de l entreprise", "entreprise", "employeur", "societe"),
        True,
    ),
    Target("nature", "Type d’employeur", ("type d employeur", "nature", "statut juridique", "statut", "type")),
    Target("contact_name", "Personne à joindre", ("personne a joindre", "nom du contact", "contact", "referent")),
    Target("contact_email", "Adresse électronique", ("adresse electronique", "courriel", "e mail", "email", "mail")),
    Target("contact_phone", "Téléphone", ("telephone", "tel", "portable")),
    Target("metier", "Métier", ("metier", "code rome", "rome"), True),
    Target("job_title", "Intitulé du poste", ("intitule du poste", "poste a pourvoir", "intitule", "poste")),
    Target(
        "post_count",
        "Nombre de postes",
        ("nombre de postes", "nb de postes", "nb postes", "effectif a recruter", "nb", "nombre"),
        True,
    ),
    Target("post_is_new", "Création de poste", ("creation de poste", "poste cree")),
    Target(
        "workplace_commune", "Commune du lieu de travail", ("lieu de travail", "commune", "ville", "code postal"), True
    ),
    Target("workplace_address", "Adresse du lieu de travail", ("adresse du lieu", "adresse")),
    Target("contract_type", "Type de contrat", ("type de contrat", "contrat"), True),
    Target(
        "contract_months", "Durée du contrat (mois)", ("duree du contrat", "duree en mois", "duree", "nombre de mois")
    ),
    Target(
        "weekly_hours", "Heures par semaine", ("heures par semaine", "temps de travail", "heures hebdo", "heures"), True
    ),
    Target(
        "short_contract_reason",
        "Pourquoi moins de six mois",
        ("pourquoi moins de six mois", "motif duree", "saisonnier"),
    ),
    Target("low_hours_reason", "Pourquoi moins de 24 heures", ("pourquoi moins de 24", "motif heures")),
    Target("reason_detail", "Précisions", ("precisions", "commentaire", "remarque", "observations")),
    Target("hire_on", "Embauche souhaitée le", ("date d embauche", "embauche souhaitee", "embauche"), True),
    Target("training_title", "Formation souhaitée", ("formation souhaitee", "intitule de la formation", "formation")),
    Target("training_need", "Ce qu’il faut apprendre", ("competences", "besoin de formation", "besoin", "apprendre")),
    Target("certification", "Certification", ("certification", "diplome", "titre vise", "rncp")),
    Target(
        "training_start_wished",
        "Début souhaité de la formation",
        ("debut de la formation", "debut de formation", "debut formation", "debut souhaite", "date de debut"),
    ),
    Target("milestones", "Étapes rejointes", ("etapes", "participation", "participera"), True),
    Target("commitment", "Engagement de recruter", ("engagement", "s engage", "engage a recruter"), True),
    Target("guarantor", "Se porte garant", ("garant",)),
)
BY_KEY = {target.key: target for target in TARGETS}
SAID_ONCE = ("milestones", "commitment")  # old forms had no column for them: they may be said for the whole table


def said_once(answers: Mapping[str, str]) -> dict[str, str]:
    """Answers for all rows, in the shape of a mapping: « *commitment » → « oui »."""
    return {f"*{key}": value for key, value in answers.items() if key in SAID_ONCE}


def of_all_rows(mapping: Mapping[str, str]) -> dict[str, str]:
    """What a mapping says for all rows, by question."""
    return {key[1:]: value for key, value in mapping.items() if key.startswith("*")}


def guess(headers: list[str]) -> dict[str, str]:
    """{column number as text: target key}: each column its surest meaning, each meaning its surest column."""
    scores = []
    for at, header in enumerate(headers):
        title = normalise(header)
        if header in (REASON, LINE):
            continue
        for target in TARGETS:
            for rank, words in enumerate((normalise(target.label), *target.words)):
                if title == words:
                    scores.append((0, rank, at, target.key))
                elif f" {words} " in f" {title} ":
                    scores.append((1, rank - len(words), at, target.key))
    mapping: dict[str, str] = {}
    for _exact, _rank, at, key in sorted(scores):
        if str(at) not in mapping and key not in mapping.values():
            mapping[str(at)] = key
    if "metier" not in mapping.values():
        # The only column that names the job: it finds the métier, and its words stay the job's title.
        mapping = {at: "metier" if key == "job_title" else key for at, key in mapping.items()}
    return mapping


def headers_hash(headers: list[str]) -> str:
    """Names a form by its titles, whatever case and accents; the columns that we add do not count."""
    titles = [normalise(header) for header in headers if header not in (REASON, LINE)]
    return hashlib.sha256("\n".join(titles).encode()).hexdigest()


def remembered(organisation: Organisation, headers: list[str]) -> dict[str, str]:
    """What this organisation settled for the same titles; otherwise a guess."""
    known = ColumnMapping.objects.filter(organisation=organisation, headers_hash=headers_hash(headers)).first()
    if known is None:
        return guess(headers)
    by_title = {str(title): str(key) for title, key in known.mapping.items()}
    found = {str(at): by_title.get(normalise(header), "") for at, header in enumerate(headers)}
    return {at: key for at, key in found.items() if key in BY_KEY}


def remember(organisation: Organisation, headers: list[str], mapping: dict[str, str]) -> None:
    """Keep it by title, so that a column that moves keeps its meaning."""
    by_title = {normalise(headers[int(at)]): key for at, key in mapping.items()}
    ColumnMapping.objects.update_or_create(
        organisation=organisation, headers_hash=headers_hash(headers), defaults={"mapping": by_title}
    )
