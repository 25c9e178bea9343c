"""Who may do what, where: one row per address of the portal.

`get` and `post` say what each role meets before an object of its own: « 200 filers; 302 region ». A hat that is
not named meets « page absente » (404). Unless they are named too, a visitor is led to the sign-in page and a
person without hat to the page that says what to do. `None`: the address does not know this method (405).
Before another's object, or an absent one, every hat meets the same « page absente ».

`on` names the sort of object of `world.py` that fills the address; `more` fills what is not an object;
`data` is what the POST sends (nothing by default: the form then comes back, or the act is refused in words).
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.rules.links import write_result
from intentions.rules import ContractType, IntentionFacts, judge
from tests.access.world import FILERS, HATS, REGION, ROLES

GROUPS = {"tous": ROLES, "hats": HATS, "filers": FILERS, "region": REGION, "personnes": ("sans_casquette", *HATS)}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    get: str | None = None
    post: str | None = None
    on: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def expected(self, method: str, role: str) -> int | str:
        """The code that this role meets before its own object; "entrer" and "accueillir" are the two redirections."""
        said = self.get if method == "GET" else self.post
        named = _read(said or "")
        if role in named:
            return named[role]
        if said is None and role != "anonyme":
            return 405
        if role == "anonyme":
            return 405 if said is None and role in _read(self.get or self.post or "") else "entrer"
        return "accueillir" if role == "sans_casquette" else 404


def _read(said: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in filter(None, map(str.strip, said.split(";"))):
        code, *names = part.split()
        for name in names:
            found |= dict.fromkeys(GROUPS.get(name, (name,)), int(code))
    return found


EDITORS = "employeur membre organisme valideur relais region"
ADMINISTRATORS = "employeur organisme valideur relais cariforef administrateur"
IMPORTERS = "organisme valideur relais gestionnaire decideur"
STEP = {"slug": "contrat"}
SIMULATION = write_result(
    judge(IntentionFacts(contract_type=ContractType.CDD, contract_months=Decimal(4))), date(2026, 11, 3)
)
SENDERS = "gestionnaire finances administrateur"
SHEET = dict.fromkeys(("title", "objective", "expected_results", "content", "rhythm"), "Soudeur")
KEEPERS_AND_OURS = "200 organisme gestionnaire administrateur"
KEEPERS = "200 gestionnaire administrateur"
READERS = "valideur organisme employeur membre region"
MODERATORS = "gestionnaire decideur administrateur"
LOT_POST = "422 gestionnaire administrateur"

TABLE: dict[str, Row] = {
    # --- Everybody
    "accueil": Row("200 anonyme hats"),
    "accessibilite": Row("200 tous"),
    "donnees_personnelles": Row("200 tous"),
    "contact": Row("200 tous"),
    "healthz": Row("503 tous"),  # no worker runs here
    "regles": Row("200 tous"),
    "regle": Row("200 tous", more={"rule_id": "R31"}),
    "contradictions": Row("200 tous"),
    "contradiction": Row("200 tous", more={"key": "K1"}),
    "parametres": Row("200 tous"),
    "parametres_comparer": Row("200 tous"),
    "parametres_export": Row("200 tous"),
    "parametre": Row("200 tous", more={"key": "months_min"}),
    "parametre_modifier": Row("200 administrateur", "422 administrateur", more={"key": "months_min"}),
    "parametre_retirer": Row("200 administrateur", "422 administrateur", on="coming_value"),
    "recus": Row("200 administrateur", "302 administrateur"),
    "essais": Row("200 administrateur"),
    "essai_nouveau": Row("200 administrateur", "422 administrateur"),
    "essai": Row("200 administrateur", on="proposal"),
    "essai_adopter": Row(post="422 administrateur", on="proposal"),
    "essai_abandonner": Row(post="422 administrateur", on="proposal"),
    "regle_nouvelle": Row("200 employeur membre organisme", "302 employeur membre organisme", on="rule_news"),
    "recu_chercher": Row("200 tous"),
    "recu_verifier": Row("200 tous", on="receipt_code"),
    "documents": Row("200 administrateur", "422 administrateur"),
    "document_edition": Row("200 administrateur", on="document_edition"),
    "lettres_texte": Row("200 administrateur", "422 administrateur"),
    "questions": Row("200 tous"),
    "question": Row("200 tous", more={"slug": "minimum-cinq"}),
    "simulateur": Row("200 tous"),
    "simulateur_page": Row("200 tous", more={"sujet": "embauche", "page": "contrat"}),
    "simulateur_resultat": Row("200 tous", more={"lien": SIMULATION}),
    "simulateur_aides": Row("200 tous"),
    "simulateur_aide": Row("200 tous", more={"aide": "formation"}),
    "api": Row("200 tous"),
    "api_openapi": Row("200 tous"),
    "api_schema": Row("200 tous", more={"sujet": "intention"}),
    "api_simulations": Row(post="415 tous"),  # a form is no JSON
    "reference_communes": Row("200 tous"),
    "reference_metiers": Row("200 tous"),
    "reference_certifications": Row("200 tous"),
    "catalogue": Row("200 tous"),
    "session_fiche": Row("200 tous", on="session"),
    "session_dates": Row("200 tous", on="session"),
    "organismes": Row("200 tous"),
    "organisme_detail": Row("200 tous", on="public_organisme"),
    "flux": Row("200 tous"),
    "flux_lheo": Row("503 tous"),  # not written yet
    "flux_lheo_gz": Row("503 tous"),
    "courriels": Row("404 tous"),  # outside the demonstration
    "demo_login": Row(post="404 tous"),
    # --- Invitations, by their link
    "invitation": Row("200 tous", on="invitation_token"),
    "invitation_accepter": Row(post="302 personnes", on="invitation_token"),
    "invitation_renouveler": Row(post="302 tous", on="invitation_token"),
    "invitation_envoyee": Row("200 tous"),
    # --- One's own
    "mon_compte": Row("200 personnes", "200 personnes"),
    "hat_change": Row(post="404 personnes"),  # a hat that is not his
    "sans_casquette": Row("200 sans_casquette; 302 hats"),
    "organisation_creer": Row("200 personnes", "200 personnes"),
    "acces_demander": Row(post="404 personnes"),  # no employer named
    "entreprise_recherche": Row("200 personnes"),
    "notifications": Row("200 personnes"),
    "notifications_lues": Row(post="302 personnes"),
    "notification": Row("302 hats; 404 sans_casquette", on="notification"),
    "notification_ouvrir": Row(post="302 hats; 404 sans_casquette", on="notification"),
    "preferences": Row("200 personnes", "200 personnes"),
    # --- An organisation and its people
    "organisation": Row("200 hats"),
    "organisation_modifier": Row(f"200 {ADMINISTRATORS}", f"200 {ADMINISTRATORS}", on="organisation"),
    "invitation_creer": Row(f"200 {ADMINISTRATORS}", f"200 {ADMINISTRATORS}", on="organisation"),
    "membre": Row(f"200 {ADMINISTRATORS}", f"200 {ADMINISTRATORS}", on="membership"),
    "membre_desactiver": Row(post=f"302 {ADMINISTRATORS}", on="membership"),
    "membre_reactiver": Row(post=f"302 {ADMINISTRATORS}", on="former"),
    "invitation_annuler": Row(post=f"302 {ADMINISTRATORS}", on="invitation"),
    "invitation_renvoyer": Row(post=f"302 {ADMINISTRATORS}", on="invitation"),
    "acces_repondre": Row(post=f"302 {ADMINISTRATORS}", on="join", data={"reponse": "oui"}),
    "region_organisations": Row("200 region"),
    "region_organisation": Row("200 region", on="any_organisation"),
    "region_organisation_creer": Row("200 administrateur", "200 administrateur"),
    "region_organisation_etat": Row(post="302 administrateur", on="any_organisation", data={"etat": "fermee"}),
    # --- Intentions
    "intention_liste": Row("200 filers"),
    "intention_export": Row("200 filers", more={"fmt": "csv"}),
    "intention_nouvelle": Row("200 filers", "302 filers"),
    "intention_preremplie": Row("302 filers", "302 filers"),  # without a simulation, a blank intention
    "intention_detail": Row("200 filers", on="intention"),
    "intention_etape": Row("200 filers", "302 filers", on="draft", more=STEP),
    "intention_verification": Row("200 filers", "302 filers", on="draft"),
    "intention_ecrit": Row("200 filers", on="intention"),
    "intention_lettre": Row("404 filers", "404 filers", on="intention", more={"receipt": 1}),  # no decision there
    "intention_recu": Row("200 filers", on="intention"),
    "intention_ecrire": Row(post="302 organisme valideur relais region", on="intention"),
    "intention_modele": Row(post="302 filers", on="intention"),
    "intention_retirer": Row("200 filers", "422 filers", on="intention"),
    "intention_reduire": Row("200 filers", "422 filers", on="intention"),
    "intention_reprendre": Row("200 filers", "302 filers", on="intention"),
    "intention_qualifier": Row("200 gestionnaire decideur", "302 gestionnaire decideur", on="intention"),
    "intention_ecarter": Row("200 decideur", "422 decideur", on="intention"),
    "intention_suivre": Row(post="302 gestionnaire decideur", on="intention"),
    "intention_derogation": Row("200 decideur", "422 decideur", on="intention", more={"rule": "R32"}),
    "intention_reprise": Row(f"200 {IMPORTERS}", f"200 {IMPORTERS}"),
    "intention_reprise_lot": Row(f"200 {IMPORTERS}", on="batch_done"),
    "intention_reprise_colonnes": Row(f"200 {IMPORTERS}", f"200 {IMPORTERS}", on="batch"),
    "intention_reprise_refusees": Row(f"200 {IMPORTERS}", on="batch_done"),
    # --- The same, by the employer's personal link
    "intention_lien": Row("200 tous", on="link"),
    "intention_lien_etape": Row("302 tous", "302 tous", on="link", more=STEP),
    "intention_lien_verification": Row("302 tous", "302 tous", on="link"),
    "intention_lien_ecrit": Row("200 tous", on="link"),
    "intention_lien_lettre": Row("404 tous", "404 tous", on="link", more={"receipt": 1}),
    "intention_lien_recu": Row("200 tous", on="link"),
    "intention_lien_retirer": Row("200 tous", "422 tous", on="link"),
    "intention_lien_reduire": Row("200 tous", "422 tous", on="link"),
    "intention_lien_reprendre": Row("200 tous", "302 tous", on="link"),
    "intention_lien_nouveau": Row(post="200 tous", on="link"),
    # --- Lots
    "lot_liste": Row("200 organisme region"),
    "lot_creer": Row("200 gestionnaire administrateur", LOT_POST),
    "marche_creer": Row("200 gestionnaire administrateur", LOT_POST),
    "marche_modifier": Row("200 gestionnaire administrateur", LOT_POST, on="marche"),
    "marche_reprise": Row(KEEPERS, LOT_POST),
    "marche_reprise_modele": Row(KEEPERS),
    "marche_export": Row(KEEPERS),
    "marche_reprise_lot": Row(KEEPERS, on="market_batch"),
    "marche_reprise_refusees": Row(KEEPERS, on="market_batch"),
    "marche_reprise_enregistrer": Row(post="302 gestionnaire administrateur", on="market_batch"),
    "marche_reprise_abandonner": Row(post="302 gestionnaire administrateur", on="market_batch"),
    "marche_reconduire": Row(KEEPERS, LOT_POST, on="marche"),
    "marche_reconduction": Row(KEEPERS, LOT_POST, on="renewal"),
    "lot_periodes": Row("200 organisme region", on="lot"),
    "lot_periode_ouvrir": Row(KEEPERS, LOT_POST, on="lot"),
    "lot_periode_modifier": Row(KEEPERS, LOT_POST, on="period"),
    "lot_detail": Row("200 organisme region", on="lot"),
    "lot_modifier": Row("200 gestionnaire administrateur", LOT_POST, on="lot"),
    "lot_membre_ajouter": Row("200 organisme gestionnaire administrateur", f"{LOT_POST} organisme", on="lot"),
    "lot_membre_retirer": Row(
        "200 organisme gestionnaire administrateur", "302 organisme gestionnaire administrateur", on="member"
    ),
    "lot_prix_ajouter": Row("200 gestionnaire administrateur", LOT_POST, on="lot"),
    "lot_prix_demander": Row("200 organisme gestionnaire administrateur", f"{LOT_POST} organisme", on="lot"),
    "lot_prix_decider": Row("200 decideur", "422 decideur", on="price_request"),
    "lot_lieu_ajouter": Row("200 gestionnaire administrateur", LOT_POST, on="lot"),
    "lot_trajectoire": Row("200 region", on="lot"),
    "facture_liste": Row("200 organisme region"),
    "facture_export": Row("200 organisme region", more={"fmt": "csv"}),
    "facture_finances": Row("200 region"),
    "facture_detail": Row("200 organisme region", on="invoice"),
    "facture_fichier": Row("200 organisme region", on="invoice"),
    "facture_avoir": Row("200 organisme", "422 organisme", on="invoice"),
    "facture_deposer": Row(post="302 organisme region", on="invoice"),
    "facture_chorus": Row(post="302 organisme region", on="invoice"),
    "facture_a_la_main": Row("200 organisme", "422 organisme", on="invoice"),
    "chorus_echanges": Row("200 administrateur"),
    "facturation_mandat": Row("200 organisme", "302 organisme"),
    "facture_statut": Row("200 organisme region", "422 organisme region", on="invoice"),
    "facture_suspendre": Row(
        "200 gestionnaire finances administrateur", "422 gestionnaire finances administrateur", on="invoice"
    ),
    "facture_reprendre": Row(
        "200 gestionnaire finances administrateur", "422 gestionnaire finances administrateur", on="invoice"
    ),
    "facture_piece": Row("200 organisme region", on="invoice_sheet"),
    "facture_ensemble": Row("200 organisme region", on="invoice"),
    "facturation_profil": Row("200 organisme", "422 organisme"),
    "facturation_reglages": Row("200 finances administrateur", "422 finances administrateur"),
    "fin_de_mois": Row("200 organisme region", more={"month": "2026-10"}),
    "fin_de_mois_export": Row("200 organisme region", more={"month": "2026-10", "fmt": "csv"}),
    "fin_de_mois_facturer": Row(post="302 organisme", more={"month": "2026-10"}),
    "fin_de_mois_relancer": Row(post="302 gestionnaire administrateur", on="month_table"),
    "factures_du_mois": Row("200 organisme", on="month_batch"),
    "service_fait": Row("200 organisme region", on="month_table"),
    "service_fait_ouvrir": Row(post="302 organisme region", on="month_table"),
    "service_fait_accorder": Row(post="302 organisme region", on="month_table"),
    "service_fait_facturer": Row(post="302 organisme region", on="month_table"),
    "ligne_contester": Row(KEEPERS_AND_OURS, "422 organisme gestionnaire administrateur", on="month_line"),
    "ligne_expliquer": Row(KEEPERS_AND_OURS, "302 organisme gestionnaire administrateur", on="month_line"),
    "commande_liste": Row("200 organisme region"),
    "commande_detail": Row("200 organisme region", on="order"),
    "commande_export": Row("200 organisme region", more={"fmt": "csv"}),
    "lot_commander": Row(KEEPERS, LOT_POST, on="lot"),
    "commande_modifier": Row(KEEPERS, LOT_POST, on="order_draft"),
    "commande_abandonner": Row(KEEPERS, "302 gestionnaire administrateur", on="order_draft"),
    "commande_emettre": Row(KEEPERS, "302 gestionnaire administrateur", on="order_draft"),
    "commande_prix": Row(post="302 gestionnaire administrateur", on="order_draft"),
    "commande_accuser": Row(post="302 organisme region", on="order"),
    "commande_solder": Row(KEEPERS, "302 gestionnaire administrateur", on="order"),
    "avenant": Row(KEEPERS, LOT_POST, on="amended"),
    "avenant_ouvrir": Row(post="302 gestionnaire administrateur", on="order"),
    "avenant_operation_retirer": Row(post="302 gestionnaire administrateur", on="operation"),
    "avenant_composantes": Row("200 gestionnaire administrateur", on="amended", more={"side": "source"}),
    "avenant_abandonner": Row(KEEPERS, "302 gestionnaire administrateur", on="amended"),
    "avenant_emettre": Row(KEEPERS, LOT_POST, on="amended"),
    "avenant_accuser": Row(post="302 organisme", on="avenant"),
    "commande_fichier": Row("200 organisme region", on="order"),
    "avenant_fichier": Row("200 organisme region", on="avenant"),
    "composante_detail": Row("200 organisme region", on="composante"),
    "composante_heures": Row("200 organisme", "422 organisme", on="composante"),
    "composante_completer": Row(KEEPERS, LOT_POST, on="composante"),
    "releve_liste": Row("200 region"),
    "releve_accepter": Row(post="302 gestionnaire administrateur", on="statement"),
    "releve_renvoyer": Row(KEEPERS, LOT_POST, on="statement"),
    "lot_lieu_retirer": Row("200 gestionnaire administrateur", "302 gestionnaire administrateur", on="place"),
    # --- Session requests
    "demande_liste": Row("200 organisme"),
    "demande_export": Row("200 organisme", more={"fmt": "xlsx"}),
    "demande_intentions": Row("200 organisme"),
    "demande_creer": Row(post="302 organisme", data={"acces": "socle"}),
    "demande_detail": Row("200 organisme; 302 region", on="request"),  # the Région has its own page
    "demande_postes": Row("200 organisme", "302 organisme", on="request_draft"),
    "demande_etape": Row("200 organisme", "302 organisme", on="request_draft", more={"step": "groupe"}),
    "demande_verifier": Row("200 organisme", "302 organisme", on="request_draft"),
    "demande_fiche": Row("404 organisme", "302 organisme", on="request", data=SHEET),  # no sheet waits
    "demande_retirer": Row("200 organisme", "422 organisme", on="request"),
    "demande_referent": Row(post="302 organisme", on="request"),
    "demande_places": Row("200 organisme region", on="left"),
    "demande_places_proposer": Row(post="422 organisme gestionnaire decideur", on="left"),
    "demande_places_reprendre": Row(post="302 organisme gestionnaire decideur", on="left_offer"),
    "demande_heures": Row(post="422 organisme", on="left"),
    "proposition": Row("200 employeur membre", "422 employeur membre", on="offer"),
    "proposition_lien": Row("200 tous", "422 tous", on="offer_link"),
    "demande_message": Row(post="422 organisme region", on="request"),
    "demande_lettre": Row("200 organisme region", "302 organisme region", on="letter"),
    "demande_piece": Row("200 organisme region", on="piece"),
    # --- The Région's desk
    "region_file": Row("200 region"),
    "region_reexamens": Row("200 region"),
    "region_maintenir": Row("200 decideur", "422 decideur", on="frozen"),
    "region_heures_decider": Row("200 decideur", "422 decideur", on="extra_hours"),
    "region_demande": Row("200 region", on="request"),
    "region_prendre": Row(post="302 gestionnaire decideur", on="request"),
    "region_derogation": Row(post="422 decideur", on="derogation"),
    "region_derogation_intention": Row(post="422 decideur", on="inner_derogation"),
    "region_autoriser": Row("200 decideur", "302 decideur", on="request"),
    "region_completer": Row("200 gestionnaire decideur", "422 gestionnaire decideur", on="request"),
    "region_refuser": Row("200 decideur", "422 decideur", on="request"),
    "region_retirer_session": Row("200 decideur", "422 decideur", on="authorised"),
    "region_reprendre_session": Row(post="302 decideur", on="authorised"),
    "region_flux": Row("200 region"),
    "region_flux_confirmer": Row(post="302 administrateur", on="release"),
    "region_flux_verifier": Row(post="302 region"),
    # --- Attendance
    "emargement": Row("200 organisme region"),
    "emargement_jour": Row("200 organisme"),
    "emargement_sw": Row("200 tous"),
    "emargement_signatures": Row(post="415 tous"),  # a form is no JSON
    "emargement_session": Row("200 organisme region", on="attended"),
    "emargement_mois": Row("200 organisme region", "422 organisme", on="attended_month"),
    "emargement_mois_liste": Row("200 region"),
    "emargement_mois_pdf": Row("200 organisme region", on="month_lock"),
    "emargement_mois_rouvrir": Row("200 organisme", "422 organisme", on="month_lock"),
    "emargement_mois_confirmer": Row(post="302 gestionnaire administrateur", on="month_lock"),
    "emargement_mois_renvoyer": Row(KEEPERS, LOT_POST, on="month_lock"),
    "emploi_du_temps_semaine": Row("200 organisme", "422 organisme", on="attended"),
    "emploi_du_temps_coller": Row("200 organisme", "422 organisme", on="attended"),
    "emploi_du_temps_dispenses": Row("200 organisme", "422 organisme", on="attended"),
    "emploi_du_temps_ics": Row("200 organisme region", on="attended"),
    "formateur_lien_creer": Row("200 organisme", "422 organisme", on="attended"),
    "formateur_lien_retirer": Row(post="302 organisme", on="trainer_row"),
    "demi_journee": Row("200 organisme", on="half_day"),
    "demi_journee_etat": Row("200 organisme", on="half_day"),
    "demi_journee_acte": Row(post="302 organisme", on="half_day", more={"act": "ouvrir"}),
    "demi_journee_modifier": Row("200 organisme", "422 organisme", on="half_day"),
    "demi_journee_annuler": Row("200 organisme", "422 organisme", on="half_day"),
    "feuille": Row("200 organisme", "422 organisme", on="half_day"),
    "feuille_pdf": Row("200 organisme", on="half_day"),
    "feuille_fichier": Row("200 organisme", on="sheet"),
    "presence": Row("200 organisme", on="attended_person"),
    "presence_signer": Row("302 organisme", "302 organisme", on="attended_person"),  # it is not open
    "presence_oubli": Row("200 organisme", "422 organisme", on="attended_person"),
    "presence_absence": Row("200 organisme", "422 organisme", on="attended_person"),
    "presence_corriger": Row("200 organisme", "422 organisme", on="attended_person"),
    "absence_justificatif": Row("200 organisme region", on="absence"),
    "signature_code": Row("410 tous", on="any_half_day", more={"code": "0000"}),
    "signature_signer": Row(post="410 tous"),
    "signature_saisie": Row("200 tous", "422 tous", on="session"),
    # --- The official lists
    "reference_listes": Row("200 administrateur"),
    "reference_liste": Row("200 administrateur", "200 administrateur", more={"source": "communes"}),
    "reference_edition": Row("200 administrateur", on="edition"),
    "reference_depot": Row("200 administrateur", on="staged"),
    "reference_depot_charger": Row(post="302 administrateur", on="staged"),
    "reference_depot_abandonner": Row(post="302 administrateur", on="staged"),
    # --- Candidacies, persons, information meetings
    "positionnements": Row(f"200 {READERS}"),
    "positionnements_export": Row(f"200 {READERS}", more={"fmt": "csv"}),
    "session_candidats": Row(f"200 {READERS}", on="recruiting"),
    "positionnement_nouveau": Row("200 valideur organisme", "422 valideur organisme", on="recruiting"),
    "positionnement_liste": Row("200 valideur organisme", "422 valideur organisme", on="recruiting"),
    "session_referent": Row("200 valideur", "422 valideur", on="recruiting"),
    "reunion_nouvelle": Row("200 organisme", "422 organisme", on="recruiting"),
    "lectures_sensibles": Row("200 administrateur"),
    "conservation": Row("200 administrateur"),
    "conservation_journal": Row("200 administrateur", more={"fmt": "csv"}),
    "conservation_suspendre": Row("200 administrateur", "422 administrateur"),
    "conservation_lever": Row("200 administrateur", "422 administrateur", on="hold"),
    "personne_detail": Row("200 valideur organisme region", on="person"),
    "personne_corriger": Row("200 valideur organisme", "422 valideur organisme", on="person"),
    "personne_situation": Row("200 valideur organisme", "422 valideur organisme", on="person"),
    "personne_situation_ecrire": Row(post="422 valideur organisme", on="person"),
    "positionnement_detail": Row(f"200 {READERS}", on="candidacy"),
    "positionnement_convoquer": Row("200 organisme", "422 organisme", on="candidacy"),
    "positionnement_attente": Row("200 organisme", "302 organisme", on="candidacy"),
    "positionnement_refuser": Row("200 organisme", "422 organisme", on="candidacy"),
    "positionnement_absent": Row(post="302 organisme", on="candidacy"),
    "positionnement_retirer": Row("200 valideur", "422 valideur", on="candidacy"),
    "positionnement_reprendre": Row(post="302 valideur organisme", on="candidacy"),
    "positionnement_confier": Row("200 valideur", "422 valideur", on="candidacy"),
    "positionnement_avis": Row(post="422 valideur employeur membre", on="candidacy"),
    "positionnement_message": Row(post="422 valideur organisme", on="candidacy"),
    "reunion_detail": Row(f"200 {READERS}", on="meeting"),
    "reunion_changer": Row("200 organisme", "422 organisme", on="meeting"),
    "reunion_annuler": Row("200 organisme", "422 organisme", on="meeting"),
    "reunion_convoquer": Row("200 organisme", "422 organisme", on="meeting"),
    "reunion_employeurs": Row(post="302 organisme", on="meeting"),
    "reunion_presences": Row(post="302 organisme", on="meeting"),
    "reunion_agenda": Row(f"200 {READERS}", on="meeting"),
    # --- Admission, parcours, groups, engagements
    "admission": Row("200 organisme", "422 organisme", on="candidacy"),
    "parcours_liste": Row(f"200 {READERS}"),
    "parcours_export": Row(f"200 {READERS}", more={"fmt": "csv"}),
    "parcours_detail": Row(f"200 {READERS}", on="parcours"),
    "parcours_acte": Row("200 organisme", "422 organisme", on="parcours", more={"acte": "abandon"}),
    "parcours_document": Row("200 valideur organisme region", on="paper"),
    "embauche_confirmer": Row(post="302 employeur membre", on="hire"),
    "embauche_retirer": Row("200 employeur membre organisme", "422 employeur membre organisme", on="hire"),
    "charte": Row(f"200 {READERS}"),
    "session_groupe": Row(f"200 {READERS}", on="recruiting"),
    "session_achever": Row(post="302 organisme", on="recruiting"),
    "session_bilan": Row(post="302 organisme", on="recruiting"),
    "session_clore": Row(post="302 region", on="recruiting"),
    "session_etape": Row("200 organisme", "422 organisme", on="recruiting"),
    "engagements": Row("200 employeur membre"),
    "engagements_employeur": Row("200 employeur membre organisme region", on="bound_employer"),
    "engagement_repondre": Row("200 employeur membre", "422 employeur membre", on="bound_intention"),
    # --- Exchanges with AGORA, the ASP, France Travail, Kairos and Ouiform
    "echanges": Row("200 valideur organisme region"),
    "echange_evenements": Row("200 organisme region"),
    "echange_evenements_export": Row("200 organisme region", more={"fmt": "csv"}),
    "echange_reponses": Row(f"200 {SENDERS}", f"422 {SENDERS}"),
    "echange_preparer": Row(post=f"302 {SENDERS}", more={"partner": "agora"}),
    "echange_evenement": Row("200 organisme region", on="external_event"),
    "echange_acte": Row(f"200 {SENDERS}", f"422 {SENDERS}", on="external_event", more={"acte": "confier"}),
    "echange_fichier": Row("200 organisme region", on="exchange_file"),
    "echange_fichier_prendre": Row(post=f"200 {SENDERS}; 302 decideur", on="exchange_file", more={"part": "tout"}),
    "echange_presences": Row("200 organisme region"),
    "echange_presences_mois": Row("200 organisme region", more={"month": "2026-10"}),
    "echange_presences_preparer": Row(post=f"302 {SENDERS}", more={"month": "2026-10", "partner": "asp"}),
    "attestations": Row("200 valideur organisme region"),
    "attestation_export": Row("200 valideur organisme region", more={"kind": "ais", "fmt": "csv"}),
    "attestation_donnees": Row("200 valideur organisme region", on="entry_paper", more={"fmt": "json"}),
    "positionnements_fichier": Row("200 valideur organisme", "422 valideur organisme"),
    "positionnements_fichier_export": Row("200 valideur organisme region", more={"slug": "kairos", "fmt": "csv"}),
    "echange_formats": Row("200 valideur organisme region"),
    "echange_format": Row("200 valideur organisme region", more={"slug": "agora"}),
    "echange_emetteur": Row("200 administrateur", "422 administrateur"),
    # --- What follows a training
    "suivi_liste": Row("200 valideur organisme"),
    "suivi_export": Row("200 valideur organisme", more={"fmt": "csv"}),
    "suivi_detail": Row("200 valideur organisme", on="survey"),
    "suivi_telephone": Row("200 valideur", "422 valideur", on="survey"),
    "suivi_appel": Row(post="302 valideur", on="survey"),
    "suivi_opposition": Row(post="302 valideur", on="survey"),
    "suivi_embauche": Row("200 valideur organisme", "422 valideur organisme", on="survey_job"),
    "suivi_sans_embauche": Row("200 valideur organisme", "422 valideur organisme", on="survey_job"),
    "insertion": Row("200 region"),
    "insertion_export": Row("200 region", more={"fmt": "csv"}),
    "avis_liste": Row("200 organisme region"),
    "avis_export": Row("200 organisme region", more={"fmt": "csv"}),
    "avis_detail": Row("200 organisme region", on="opinion"),
    "avis_publier": Row(post=f"302 {MODERATORS}", on="opinion"),
    "avis_ecarter": Row(f"200 {MODERATORS}", f"422 {MODERATORS}", on="opinion"),
    "avis_repondre": Row("200 organisme", "422 organisme", on="opinion"),
    "avis_organisme": Row("200 tous", on="public_organisme"),
    "avis_signaler": Row("200 tous", "422 tous", on="any_opinion"),
    "droits_liste": Row("200 organisme administrateur"),
    "droits_repondre": Row("200 organisme administrateur", "422 organisme administrateur", on="data_request"),
    # --- The page of a person in training: whoever bears his link, and nothing of another's
    "espace_perdu": Row("200 tous", "422 tous"),
    "espace": Row("200 tous", on="own_page"),
    "espace_nouveau": Row(post="200 tous", on="own_page"),
    "espace_fermer": Row("200 tous", "200 tous", on="own_page"),
    "espace_agenda": Row("200 tous", on="own_page"),
    "espace_agenda_fichier": Row("200 tous", on="own_page"),
    "espace_abonnement": Row("200 tous", on="own_diary"),
    "espace_document": Row("200 tous", on="own_paper"),
    "espace_suivi": Row("200 tous", "422 tous", on="own_survey"),
    "espace_avis": Row("200 tous", "422 tous", on="own_parcours"),
    "espace_donnees": Row("200 tous", "302 tous", on="own_page"),
    "espace_donnees_toutes": Row("200 tous", on="own_page"),
    "espace_donnees_fichier": Row("200 tous", on="own_page"),
    "espace_corriger": Row("200 tous", "422 tous", on="own_page"),
    "espace_effacer": Row("200 tous", "422 tous", on="own_page"),  # asked already
    # --- Last: the phone that opens it keeps it
    "formateur_lien": Row("302 tous", on="trainer_link"),
}
