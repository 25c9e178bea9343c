"""Candidacies in the columns of Kairos and of Ouiform: what the portal gives them, what it takes from them."""

from stagiaires.exchanges.attestations import PERSON_FILE
from stagiaires.exchanges.shape import Column, Format

CANDIDACY = "page de la candidature"
# What the portal says → what each tool says. The other tool's words are understood too.
KAIROS_STATES = {
    "propose": "Proposé", "convoque": "Convoqué", "en_attente": "Liste d’attente", "admis": "Retenu",
    "refuse": "Non retenu", "absent": "Absent", "retire": "Annulé",
}  # fmt: skip
OUIFORM_STATES = {
    "propose": "POSITIONNE", "convoque": "CONVOQUE", "en_attente": "EN_ATTENTE", "admis": "ADMIS",
    "refuse": "REFUSE", "absent": "ABSENT", "retire": "ANNULE",
}  # fmt: skip
REFUSALS = {"prerequis": "PREREQUIS", "projet": "PROJET", "employeur": "EMPLOYEUR", "autre": "AUTRE"}
TO_CONFIRM = (
    "Les intitulés exacts : les sources nomment ces outils sans montrer leurs fichiers (P3:1266-1272, P3:5855-5863). "
    "D’autres noms de colonnes sont reconnus, et les colonnes inconnues sont dites."
)

# What a file that comes in may call each answer of the form: our `source` is the name of the field, after its dot.
KAIROS = Format(
    "kairos",
    "Positionnements, colonnes de Kairos",
    "france_travail",
    "Les candidatures que France Travail et l’organisme suivent dans Kairos.",
    (
        Column("Identifiant DE", "personne.ft_identifier", "identifiant France Travail", "4400123A", identity=True,
               editable=PERSON_FILE, aliases=("identifiant de", "numero de demandeur")),
        Column("Nom", "personne.last_name", "nom", "BERTIN", "capitales", needed=True, identity=True,
               editable=PERSON_FILE, aliases=("nom de", "nom du candidat")),
        Column("Prénom", "personne.first_name", "prénom", "Aïssata", needed=True, identity=True,
               editable=PERSON_FILE, aliases=("prenom de", "prenom du candidat")),
        Column("Date de naissance", "personne.birth_on", "date de naissance", "17/05/1994", "jour", needed=True,
               identity=True, editable=PERSON_FILE),
        Column("Courriel", "contact.email", "adresse électronique", "aissata.bertin@exemple.test", identity=True,
               editable=CANDIDACY, aliases=("email", "mail")),
        Column("Téléphone", "contact.phone", "téléphone", "06 12 34 56 78", identity=True, editable=CANDIDACY,
               aliases=("tel", "portable")),
        Column("Numéro de session", "session.numero", "numéro de la session", "S2027-0042", needed=True,
               aliases=("session", "numero session", "n session", "reference session")),
        Column("Intitulé de la formation", "session.intitule", "intitulé", "Soudeur"),
        Column("Début de session", "session.debut", "début", "01/02/2027", "jour"),
        Column("Prescripteur", "prescripteur", "service qui propose", "France Travail Nantes Nord"),
        Column("Date de positionnement", "propose_le", "proposé le", "12/11/2026", "jour"),
        Column("Statut", "statut", "état de la candidature", "Proposé", "code", KAIROS_STATES,
               note="dit à l’export ; à l’arrivée, seules de nouvelles propositions sont faites"),
        Column("Motif", "motif", "motif du refus", "", "code", REFUSALS, note="R90"),
        Column("Proposition", "proposition", "ce qui est proposé à la personne", "", note="R90"),
        Column("Commentaire", "note", "présentation de la candidature", "", editable=CANDIDACY,
               aliases=("commentaires", "observation", "observations")),
    ),
    key="Numéro de session",
    to_confirm=TO_CONFIRM,
)  # fmt: skip

OUIFORM = Format(
    "ouiform",
    "Positionnements, colonnes de Ouiform",
    "france_travail",
    "Les positionnements que les valideurs font dans Ouiform.",
    (
        Column("NUMERO_SESSION", "session.numero", "numéro de la session", "S2027-0042", needed=True,
               aliases=("id session", "session ouiform")),
        Column("NUMERO_CARIF", "session.carif", "numéro donné par le Cariforef", "24_1234567S",
               aliases=("numero carif", "code session carif")),
        Column("INTITULE_SESSION", "session.intitule", "intitulé", "Soudeur"),
        Column("ID_DE", "personne.ft_identifier", "identifiant France Travail", "4400123A", identity=True,
               editable=PERSON_FILE),
        Column("NOM_DE", "personne.last_name", "nom", "BERTIN", "capitales", needed=True, identity=True,
               editable=PERSON_FILE),
        Column("PRENOM_DE", "personne.first_name", "prénom", "Aïssata", needed=True, identity=True,
               editable=PERSON_FILE),
        Column("DATE_NAISSANCE_DE", "personne.birth_on", "date de naissance", "17/05/1994", "jour", needed=True,
               identity=True, editable=PERSON_FILE, aliases=("date naissance de",)),
        Column("MEL_DE", "contact.email", "adresse électronique", "aissata.bertin@exemple.test", identity=True,
               editable=CANDIDACY, aliases=("mel",)),
        Column("TEL_DE", "contact.phone", "téléphone", "06 12 34 56 78", identity=True, editable=CANDIDACY),
        Column("STRUCTURE", "prescripteur", "service qui propose", "Mission locale de Nantes"),
        Column("DATE_POSITIONNEMENT", "propose_le", "proposé le", "12/11/2026", "jour"),
        Column("DECISION", "statut", "état de la candidature", "POSITIONNE", "code", OUIFORM_STATES,
               note="dit à l’export ; à l’arrivée, seules de nouvelles propositions sont faites"),
        Column("MOTIF_REFUS", "motif", "motif du refus", "", "code", REFUSALS, note="R90"),
        Column("PRECONISATION", "proposition", "ce qui est proposé à la personne", "", note="R90"),
        Column("OBSERVATIONS", "note", "présentation de la candidature", "", editable=CANDIDACY),
    ),
    key="NUMERO_SESSION",
    to_confirm=TO_CONFIRM,
)  # fmt: skip
BY_SLUG = {"kairos": KAIROS, "ouiform": OUIFORM}
