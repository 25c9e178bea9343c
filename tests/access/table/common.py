"""Pages of everybody, of one’s own account, of an organisation, of the official lists."""

from datetime import date
from decimal import Decimal

from core.rules.links import write_result
from intentions.rules import ContractType, IntentionFacts, judge
from tests.access.table.row import Row

ADMINISTRATORS = "employeur organisme valideur relais cariforef administrateur"
SIMULATION = write_result(
    judge(IntentionFacts(contract_type=ContractType.CDD, contract_months=Decimal(4))), date(2026, 11, 3)
)

ROWS: dict[str, Row] = {
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
    "mon_compte": Row("200 personnes", "422 personnes"),
    "hat_change": Row(post="404 personnes"),  # a hat that is not his
    "sans_casquette": Row("200 sans_casquette; 302 hats"),
    "organisation_creer": Row("200 personnes", "422 personnes"),
    "acces_demander": Row(post="404 personnes"),  # no employer named
    "entreprise_recherche": Row("200 personnes"),
    "notifications": Row("200 personnes"),
    "notifications_lues": Row(post="302 personnes"),
    "notification": Row("302 hats; 404 sans_casquette", on="notification"),
    "notification_ouvrir": Row(post="302 hats; 404 sans_casquette", on="notification"),
    "preferences": Row("200 personnes", "422 personnes"),
    # --- An organisation and its people
    "organisation": Row("200 hats"),
    "organisation_modifier": Row(f"200 {ADMINISTRATORS}", f"422 {ADMINISTRATORS}", on="organisation"),
    "invitation_creer": Row(f"200 {ADMINISTRATORS}", f"422 {ADMINISTRATORS}", on="organisation"),
    "membre": Row(f"200 {ADMINISTRATORS}", f"422 {ADMINISTRATORS}", on="membership"),
    "membre_desactiver": Row(post=f"302 {ADMINISTRATORS}", on="membership"),
    "membre_reactiver": Row(post=f"302 {ADMINISTRATORS}", on="former"),
    "invitation_annuler": Row(post=f"302 {ADMINISTRATORS}", on="invitation"),
    "invitation_renvoyer": Row(post=f"302 {ADMINISTRATORS}", on="invitation"),
    "acces_repondre": Row(post=f"302 {ADMINISTRATORS}", on="join", data={"reponse": "oui"}),
    "region_organisations": Row("200 region"),
    "region_organisation": Row("200 region", on="any_organisation"),
    "region_organisation_creer": Row("200 administrateur", "200 administrateur"),
    "region_organisation_etat": Row(post="302 administrateur", on="any_organisation", data={"etat": "fermee"}),
    # --- The official lists
    "reference_listes": Row("200 administrateur"),
    "reference_liste": Row("200 administrateur", "422 administrateur", more={"source": "communes"}),
    "reference_edition": Row("200 administrateur", on="edition"),
    "reference_depot": Row("200 administrateur", on="staged"),
    "reference_depot_charger": Row(post="302 administrateur", on="staged"),
    "reference_depot_abandonner": Row(post="302 administrateur", on="staged"),
}
