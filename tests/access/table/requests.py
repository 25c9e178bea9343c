"""Intentions, session requests, the desk of the Région."""

from tests.access.table.row import Row

IMPORTERS = "organisme valideur relais gestionnaire decideur"
STEP = {"slug": "contrat"}
SHEET = dict.fromkeys(("title", "objective", "expected_results", "content", "rhythm"), "Soudeur")

ROWS: dict[str, Row] = {
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
}
