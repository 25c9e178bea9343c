"""AIS and AES: the entry documents, as data. The records are what the sealed document says (`parcours_papers`)."""

from stagiaires.exchanges.shape import Column, Format

PERSON_FILE = "dossier de la personne"
COMMON = (
    Column("NUMERO_DOSSIER", "dossier", "numéro du parcours", "P128", needed=True),
    Column("VERSION", "version", "version du document", "1", needed=True,
           note="la dernière remplace les précédentes"),
    Column("DATE_DOCUMENT", "day", "jour où le document est établi", "2027-01-11", "jour_iso", needed=True),
    Column("IDENTIFIANT_FT", "person.ft_identifier", "identifiant France Travail", "4400123A", identity=True,
           editable=PERSON_FILE),
    Column("NOM", "person.last_name", "nom", "BERTIN", "capitales", needed=True, identity=True, editable=PERSON_FILE),
    Column("NOM_NAISSANCE", "person.birth_name", "nom de naissance", "", "capitales", identity=True,
           editable=PERSON_FILE),
    Column("PRENOM", "person.first_name", "prénom", "Aïssata", needed=True, identity=True, editable=PERSON_FILE),
    Column("DATE_NAISSANCE", "person.birth_on", "date de naissance", "1994-05-17", "jour_iso", needed=True,
           identity=True, editable=PERSON_FILE),
    Column("SIRET_ORGANISME", "organisme.siret", "SIRET de l’organisme", "78612345600012", needed=True,
           editable="fiche de l’organisation"),
    Column("NDA_ORGANISME", "organisme.nda", "numéro de déclaration d’activité", "52440123456",
           editable="fiche de l’organisation"),
    Column("NUMERO_SESSION", "session.number", "numéro de la session", "S2027-0042", needed=True),
    Column("NUMERO_CARIF", "session.carif_number", "numéro donné par le Cariforef", "24_1234567S",
           note="vide tant que le Cariforef ne l’a pas rendu"),
    Column("INTITULE", "session.title", "intitulé", "Soudeur", needed=True),
    Column("CODE_CERTIFICATION", "session.certification_code", "code RNCP ou RS", "RNCP35316"),
    Column("LIEU", "session.place", "lieu", "Atelier de Saint-Herblain, Saint-Herblain"),
)  # fmt: skip
_HOURS = (
    Column("HEURES_CENTRE", "hours_training", "heures avec l’organisme", "525.00", "nombre", needed=True),
    Column("HEURES_ENTREPRISE", "hours_company", "heures en entreprise", "140.00", "nombre", needed=True),
    Column("RYTHME", "rate", "rythme, en % d’un temps plein", "100.00", "nombre", needed=True,
           note="la rémunération suit ce rythme (R80)"),
    Column("FINANCEUR", "funder", "qui finance", "REGION", "code", {"oui": "REGION", "non": "AUTRE"}, needed=True),
)  # fmt: skip

AIS = Format(
    "ais",
    "Attestation d’inscription en stage (AIS)",
    "france_travail",
    "Dit à France Travail que la personne est admise, et quand elle doit entrer.",
    (
        *COMMON,
        Column("DATE_ENTREE_PREVUE", "starts_on", "entrée prévue", "2027-02-01", "jour_iso", needed=True),
        Column("DATE_FIN_PREVUE", "ends_on", "fin prévue", "2027-06-30", "jour_iso", needed=True),
        *_HOURS,
    ),
    key="NUMERO_DOSSIER",
    to_confirm="Les noms de champs de l’API de France Travail : les sources n’en donnent que le nom (P3:5831-5833).",
)

AES = Format(
    "aes",
    "Attestation d’entrée en stage (AES)",
    "france_travail",
    "Dit à France Travail que la personne est entrée, ce jour, et jusqu’à quand.",
    (
        *COMMON,
        Column("DATE_ENTREE", "starts_on", "entrée", "2027-02-01", "jour_iso", needed=True),
        Column("DATE_FIN_PREVUE", "ends_on", "fin prévue", "2027-06-30", "jour_iso", needed=True),
        *_HOURS,
    ),
    key="NUMERO_DOSSIER",
    to_confirm=AIS.to_confirm,
)
BY_KIND = {"ais": AIS, "aes": AES}
