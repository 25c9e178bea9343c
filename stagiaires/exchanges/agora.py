"""AGORA: which act tells what, and each field of it. The interface is not known: this is the portal's own reading.

The cycle of a file is that of P3:5803-5815 (search and creation, validation and entry, exit, balance and costs,
cancellation); interruptions and resumptions are asked for by P3:5648-5652.
"""

from dataclasses import dataclass

from stagiaires.enums import ExternalKind
from stagiaires.exchanges.attestations import PERSON_FILE
from stagiaires.exchanges.shape import Column, Format

FIRST_ENTRY = "2017-01-01"  # the first entries that a back-fill may take (P3:5676-5679)


@dataclass(frozen=True)
class Trigger:
    """One act of the portal, and what it tells. `news`: the name under which the act is announced."""

    news: str
    act: str
    by: str
    kind: ExternalKind
    rule: str = ""


TRIGGERS = (
    Trigger("parcours.admis", "L’organisme admet la personne", "organisme", ExternalKind.CREATION, "R88"),
    Trigger("parcours.entre", "L’entrée est notée, ou se note d’elle-même le jour venu", "organisme ou horloge",
            ExternalKind.ENTREE, "P06"),
    Trigger("parcours.suspendu", "Le parcours est suspendu", "organisme", ExternalKind.INTERRUPTION),
    Trigger("parcours.repris", "La personne reprend", "organisme", ExternalKind.REPRISE),
    Trigger("parcours.acheve", "Le parcours est achevé", "organisme", ExternalKind.SORTIE),
    Trigger("parcours.abandonne", "La personne abandonne, pour un motif codé", "organisme", ExternalKind.SORTIE, "R84"),
    Trigger("parcours.exclu", "La personne est exclue", "organisme", ExternalKind.SORTIE, "R84"),
    Trigger("parcours.annule", "L’admission est annulée avant l’entrée", "organisme", ExternalKind.ANNULATION),
    Trigger("session.bilan", "Le bilan de la session est fait : résultat, heures faites et coût de chaque dossier",
            "organisme", ExternalKind.SOLDE, "R48"),
    Trigger("mois.confirme", "Un mois d’émargement est confirmé après le bilan : le solde est dit de nouveau",
            "Région", ExternalKind.SOLDE, "R121"),
)  # fmt: skip

# What P3:5687-5711 leaves out of the flow, and why the portal has none of it.
EXCLUDED = (
    ("Formations sanitaires et sociales", "un autre dispositif de la Région : aucune ne se commande ici"),
    ("Plateformes de suivi et d’appui aux décrocheurs (PSAD)", "hors du portail"),
    ("Formations des détenus", "hors du portail"),
    ("Rémunération des stagiaires des centres de rééducation professionnelle (CRP)", "hors du portail"),
    ("Aides individuelles, dans le système d’information ou hors de lui", "hors du portail"),
    ("Actions régionales de validation des acquis (VAE)", "hors du portail"),
    (
        "Parcours que la Région ne finance pas (R73)",
        "suivi ici, jamais transmis : le flux dit ce qu’elle finance",
    ),
)

KINDS = {
    str(ExternalKind(name)): name.upper()
    for name in ("creation", "entree", "interruption", "reprise", "sortie", "solde", "annulation")
}
EXITS = {
    "acheve": "TERME", "emploi": "EMPLOI", "emploi_intention": "EMPLOI", "autre_formation": "FORMATION",
    "sante": "SANTE", "famille": "PERSONNEL", "mobilite": "PERSONNEL", "projet": "PROJET", "contenu": "CONTENU",
    "discipline": "EXCLUSION", "sans_nouvelles": "INCONNU", "deces": "DECES", "autre": "AUTRE",
}  # fmt: skip
RESULTS = {"reussite": "TOTALE", "partielle": "PARTIELLE", "echec": "ECHEC", "sans": "SANS", "en_attente": "ATTENTE"}
PARCOURS = "page du parcours"

AGORA = Format(
    "agora",
    "Événements d’un dossier",
    "agora",
    "Dit à AGORA le début, les interruptions, la fin, le solde et l’annulation de chaque dossier financé.",
    (
        Column("CLE_EVENEMENT", "cle", "clé de l’événement", "agora:entree:parcours-128:1", needed=True,
               note="la même pour toujours : un envoi répété ne compte qu’une fois"),
        Column("TYPE_EVENEMENT", "type", "événement", "ENTREE", "code", KINDS, needed=True),
        Column("VERSION", "version", "version", "1", needed=True),
        Column("DATE_EVENEMENT", "survenu_le", "jour de l’événement", "2027-02-01", "jour_iso", needed=True),
        Column("NUMERO_DOSSIER", "dossier", "numéro du parcours", "P128", needed=True),
        Column("ID_AGORA", "id_agora", "identifiant rendu par AGORA à la création", "AG-000451",
               note="vide jusqu’à la réponse d’AGORA à la création"),
        Column("NIR", "", "numéro de sécurité sociale", identity=True,
               note="manque : le portail ne le recueille pas ; à demander par convention"),
        Column("IDENTIFIANT_FT", "personne.ft_identifier", "identifiant France Travail", "4400123A", identity=True,
               editable=PERSON_FILE),
        Column("NOM_NAISSANCE", "personne.birth_name", "nom de naissance, à défaut nom", "BERTIN", "capitales",
               needed=True, identity=True, editable=PERSON_FILE),
        Column("NOM_USAGE", "personne.last_name", "nom", "BERTIN", "capitales", identity=True, editable=PERSON_FILE),
        Column("PRENOM", "personne.first_name", "prénom", "Aïssata", needed=True, identity=True, editable=PERSON_FILE),
        Column("DATE_NAISSANCE", "personne.birth_on", "date de naissance", "1994-05-17", "jour_iso", needed=True,
               identity=True, editable=PERSON_FILE),
        Column("SEXE", "personne.sex", "sexe", "F", "code", {"femme": "F", "homme": "M"}, identity=True,
               editable=PERSON_FILE, note="suivi, jamais une condition (P11)"),
        Column("NIVEAU_ENTREE", "personne.level", "niveau d’études", "3", identity=True, editable=PERSON_FILE,
               note="cadre national de 2019"),
        Column("CATEGORIE_INSCRIPTION", "personne.category", "catégorie d’inscription", "A", "capitales",
               identity=True, editable=PERSON_FILE),
        Column("SIRET_FINANCEUR", "financeur", "SIRET de la Région", "23440003400026", needed=True,
               editable="fiche de l’organisation"),
        Column("SIRET_ORGANISME", "organisme.siret", "SIRET de l’organisme", "78612345600012", needed=True,
               editable="fiche de l’organisation"),
        Column("NDA_ORGANISME", "organisme.nda", "numéro de déclaration d’activité", "52440123456",
               editable="fiche de l’organisation"),
        Column("NUMERO_SESSION", "session.numero", "numéro de la session", "S2027-0042", needed=True),
        Column("NUMERO_CARIF", "session.carif", "numéro donné par le Cariforef", "24_1234567S"),
        Column("INTITULE", "session.intitule", "intitulé", "Soudeur", needed=True),
        Column("CODE_CERTIFICATION", "session.certification", "code RNCP ou RS", "RNCP35316"),
        Column("CODE_ROME", "session.rome", "code du métier", "H2913"),
        Column("CODE_COMMUNE", "session.commune", "commune de la formation", "44162", needed=True),
        Column("MODE_ACCES", "session.mode_acces", "mode d’accès", "INTENTION", "code",
               {"socle": "SOCLE", "intention-embauche": "INTENTION"}, needed=True),
        Column("MARCHE", "marche", "marché et lot", "2023-1E1F lot 4"),
        Column("DATE_ENTREE", "entree", "entrée", "2027-02-01", "jour_iso", needed=True, editable=PARCOURS),
        Column("DATE_FIN_PREVUE", "fin_prevue", "fin prévue", "2027-06-30", "jour_iso", needed=True,
               editable=PARCOURS),
        Column("DATE_REPRISE_PREVUE", "reprise_prevue", "reprise prévue", "", "jour_iso", editable=PARCOURS,
               note="interruptions seulement"),
        Column("DATE_SORTIE", "sortie", "sortie", "", "jour_iso", editable=PARCOURS, note="sorties et soldes"),
        Column("MOTIF_SORTIE", "motif_sortie", "motif de sortie", "TERME", "code", EXITS, editable=PARCOURS,
               note="sorties et soldes ; la liste d’AGORA est à demander"),
        Column("HEURES_CENTRE_PREVUES", "heures.centre", "heures prévues avec l’organisme", "525.00", "nombre",
               needed=True),
        Column("HEURES_ENTREPRISE_PREVUES", "heures.entreprise", "heures prévues en entreprise", "140.00", "nombre"),
        Column("HEURES_FAITES", "heures.faites", "heures des mois confirmés, avec l’organisme", "518.50", "nombre",
               note="soldes seulement"),
        Column("HEURES_ENTREPRISE_FAITES", "heures.entreprise_faites", "heures des mois confirmés, en entreprise",
               "140.00", "nombre", note="soldes seulement"),
        Column("COUT_PEDAGOGIQUE", "cout", "heures faites × prix de la composante", "5963.00", "nombre",
               note="soldes seulement ; hors taxes"),
        Column("RESULTAT", "resultat", "certification", "TOTALE", "code", RESULTS, editable=PARCOURS,
               note="soldes seulement (R48)"),
        Column("REMUNERATION", "", "régime de rémunération", identity=True,
               note="manque : fait sensible, dit au payeur dans les présences du mois et nulle part ailleurs"),
    ),
    key="CLE_EVENEMENT",
    to_confirm="Le service, ses noms de champs et ses listes de codes : la documentation technique est remise avec la "
    "convention (P3:5740-5749). D’ici là, le fichier est déposé ou téléchargé.",
)  # fmt: skip

ANSWERS = Format(
    "agora-retour",
    "Réponses à des événements",
    "agora",
    "Dit au portail ce que le partenaire a fait de chaque événement transmis : AGORA, ou France Travail pour les AIS "
    "et AES.",
    (
        Column("CLE_EVENEMENT", "cle", "clé de l’événement", "agora:entree:parcours-128:1", needed=True),
        Column("STATUT", "statut", "accepté ou refusé", "A", "code", {"accepte": "A", "rejete": "R"}, needed=True),
        Column("IDENTIFIANT", "identifiant", "identifiant du dossier chez le partenaire", "AG-000451"),
        Column("MOTIF", "motif", "pourquoi il est refusé", "", note="nécessaire pour un refus"),
    ),
    key="CLE_EVENEMENT",
    to_confirm=AGORA.to_confirm,
)
