from typing import Any

from django.apps import AppConfig

ROOM = "Stagiaires"  # the word of the header behind which these pages stand


class StagiairesConfig(AppConfig):
    name = "stagiaires"
    label = "stagiaires"
    verbose_name = "Stagiaires"

    def ready(self) -> None:
        from core.accounts.enums import OrganisationKind
        from core.rulebook import registry
        from core.ui import navigation
        from sessions.facts import register_life
        from sessions.views.below import register_below
        from sessions.views.catalogue import register_beside
        from stagiaires import (  # noqa: F401 fill registries
            attendance_notices,
            followup_notices,
            invitations,
            notices,
            parcours_notices,
            personal_mails,
        )
        from stagiaires.queries.meetings import life_of
        from stagiaires.retold import CANDIDACIES, PARCOURS
        from stagiaires.rules import RULESETS
        from stagiaires.views.beside import beside
        from stagiaires.views.followup_opinions import below
        from stagiaires.workflow import (
            admission,  # noqa: F401 hears of the composantes that take the place of others
            places,  # noqa: F401 the sheet of a session follows its places
        )
        from stagiaires.workflow.exchanges import events, files, papers  # noqa: F401 they hear of the acts

        for ruleset in RULESETS:
            registry.register(ruleset)
        registry.register_files(CANDIDACIES)
        registry.register_files(PARCOURS)
        register_life(life_of)
        register_beside(beside)
        register_below(below)
        place: dict[str, Any] = {"match": ("/positionnements/", "/reunions/"), "room": ROOM}
        navigation.register(OrganisationKind.VALIDEUR, "Candidatures", "positionnements", order=15, **place)
        others = (OrganisationKind.ORGANISME, OrganisationKind.EMPLOYEUR, OrganisationKind.REGION)
        navigation.register(others, "Candidats", "positionnements", order=25, **place)
        readers = (OrganisationKind.ORGANISME, OrganisationKind.VALIDEUR, OrganisationKind.REGION)
        navigation.register(readers, "Parcours", "parcours_liste", order=30, match="/parcours/", room=ROOM)
        employer = OrganisationKind.EMPLOYEUR
        navigation.register(employer, "Engagements", "engagements", order=30, match="/parcours/", room=ROOM)
        keepers = (OrganisationKind.ORGANISME, OrganisationKind.REGION)
        navigation.register(keepers, "Émargement", "emargement", order=35, match="/emargement/", room=ROOM)
        partners = (OrganisationKind.ORGANISME, OrganisationKind.VALIDEUR, OrganisationKind.REGION)
        navigation.register(partners, "Échanges", "echanges", order=40, match="/echanges/", room=ROOM)
        callers = (OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME)
        navigation.register(callers, "Suivi", "suivi_liste", order=37, match="/suivi/", room=ROOM)
        navigation.register(OrganisationKind.REGION, "Insertion", "insertion", order=37, match="/suivi/", room=ROOM)
        navigation.register(keepers, "Avis", "avis_liste", order=38, match="/suivi/avis/", room=ROOM)
