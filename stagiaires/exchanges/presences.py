"""The month of attendance for who pays and for France Travail, from sealed and confirmed months alone."""

from stagiaires.enums import AbsenceReason
from stagiaires.exchanges.attestations import PERSON_FILE
from stagiaires.exchanges.shape import Column, Format

ATTENDANCE = "émargement du mois"
REGIMES = {"region": "RPS", "allocation": "ARE", "inconnu": "NC"}
REASONS = {
    AbsenceReason.MALADIE: "MALADIE", AbsenceReason.ACCIDENT: "ACCIDENT", AbsenceReason.ENFANT: "ENFANT_MALADE",
    AbsenceReason.EVENEMENT: "EVENEMENT_FAMILIAL", AbsenceReason.CONVOCATION: "CONVOCATION",
    AbsenceReason.ENTRETIEN: "ENTRETIEN_EMBAUCHE", AbsenceReason.TRANSPORT: "TRANSPORT", AbsenceReason.AUTRE: "AUTRE",
    AbsenceReason.SANS: "SANS_MOTIF",
}  # fmt: skip


def regime_of(allowance: bool | None) -> str:
    """R83: the unemployment allowance comes first; without one, the Région pays. None when nobody has said."""
    return "inconnu" if allowance is None else "allocation" if allowance else "region"


_PERSON = (
    Column("NUMERO_DOSSIER", "dossier", "numéro du parcours", "P128", needed=True),
    Column("MOIS", "mois", "mois", "2027-02", "mois", needed=True),
    Column("IDENTIFIANT_FT", "personne.ft_identifier", "identifiant France Travail", "4400123A", identity=True,
           editable=PERSON_FILE),
    Column("NOM", "personne.last_name", "nom", "BERTIN", "capitales", identity=True, editable=PERSON_FILE),
    Column("PRENOM", "personne.first_name", "prénom", "Aïssata", identity=True, editable=PERSON_FILE),
    Column("DATE_NAISSANCE", "personne.birth_on", "date de naissance", "17/05/1994", "jour", identity=True,
           editable=PERSON_FILE),
    Column("SIRET_ORGANISME", "organisme.siret", "SIRET de l’organisme", "78612345600012",
           editable="fiche de l’organisation"),
    Column("SESSION", "session", "numéro de la session", "S2027-0042", needed=True),
    Column("DATE_ENTREE", "entree", "entrée", "01/02/2027", "jour", needed=True),
    Column("DATE_SORTIE", "sortie", "sortie", "", "jour", note="vide tant que la personne est là"),
)  # fmt: skip
_HOURS = (
    Column("HEURES_CENTRE", "heures.centre", "heures faites avec l’organisme", "91,00", "nombre_virgule", needed=True,
           editable=ATTENDANCE),
    Column("HEURES_ENTREPRISE", "heures.entreprise", "heures faites en entreprise", "21,00", "nombre_virgule",
           needed=True, editable=ATTENDANCE),
    Column("HEURES_ABSENCE", "heures.absence", "heures d’absence", "7,00", "nombre_virgule", needed=True,
           editable=ATTENDANCE),
    Column("HEURES_ABSENCE_JUSTIFIEE", "heures.justifiees", "dont justifiées par une pièce", "7,00", "nombre_virgule",
           needed=True, editable=ATTENDANCE),
)  # fmt: skip
_BY_REASON = tuple(
    Column(
        f"ABS_{code}", f"motifs.{reason.value}", f"absence : {str(reason.label).lower()}",
        "7,00" if reason == AbsenceReason.MALADIE else "0,00", "nombre_virgule", editable=ATTENDANCE,
    )
    for reason, code in REASONS.items()
)  # fmt: skip
_REGIME = Column(
    "REGIME_REMUNERATION", "regime", "régime de rémunération (R83)", "RPS", "code", REGIMES, needed=True,
    editable="situation particulière de la personne",
    note="fait sensible : lu pour ce fichier par qui le prépare, chaque lecture gardée",
)  # fmt: skip
_RATE = Column(
    "RYTHME", "rythme", "rythme, en % d’un temps plein", "100,00", "nombre_virgule", needed=True,
    note="la rémunération suit ce rythme (R80)",
)  # fmt: skip
_SEAL = Column(
    "EMPREINTE_MOIS",
    "empreinte",
    "empreinte du mois scellé par l’organisme",
    "9f2c41d07ab3",
    needed=True,
    note="douze premiers signes",
)

ASP = Format(
    "presences-asp",
    "Présences du mois, pour le payeur",
    "asp",
    "Permet à l’ASP de rémunérer, au prorata des présences, ceux que la Région paie.",
    (*_PERSON, *_HOURS, *_BY_REASON, _REGIME, _RATE, _SEAL),
    key="NUMERO_DOSSIER",
    only={"finance": ("oui",), "regime": ("region", "inconnu")},
    to_confirm="Le dessin du fichier et les codes de motif de l’ASP : les sources disent l’envoi, non sa forme "
    "(P3:1288-1298).",
)
FRANCE_TRAVAIL = Format(
    "presences-ft",
    "Présences du mois, pour France Travail",
    "france_travail",
    "Dit à France Travail les présences et absences des personnes inscrites, pour leur allocation.",
    (*_PERSON, *_HOURS, *_BY_REASON, _REGIME, _SEAL),
    key="NUMERO_DOSSIER",
    to_confirm="Le dessin du fichier de France Travail (P3:1288-1298).",
)
BY_PARTNER = {"asp": ASP, "france_travail": FRANCE_TRAVAIL}
