from django.apps import AppConfig

from core.accounts.enums import OrganisationKind
from core.ui import navigation

EVERYBODY = (navigation.PUBLIC, *OrganisationKind.values)


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "training_sessions"
    verbose_name = "Sessions de formation"

    def ready(self) -> None:
        from core.rulebook import letters, registry
        from intentions.facts import register_sector_lookup
        from intentions.queries import register_holders, register_invitations, register_reach
        from orders.facts import register_agreements
        from orders.queries import covers, register_live_requests
        from sessions import notices, reminders  # noqa: F401 they put their kinds of news in the registry
        from sessions.letters import HOURS_ACTS, REQUEST_ACTS, SESSION_ACTS, head, hours_head, session_head
        from sessions.queries.cascade import agreements, invitations
        from sessions.queries.requests import holders, reach, undecided
        from sessions.retold import EXTRA_HOURS, REQUESTS, SESSIONS
        from sessions.rules import LIFE, RULES
        from sessions.workflow import (
            extra_hours,  # noqa: F401 hears of the composantes that take the place of others
            losses,  # noqa: F401 hears of the intentions that are withdrawn
            offers,  # noqa: F401 hears of them too, after it: requests are locked before their offers
            publication,  # noqa: F401 keeps the promises of the outbox
        )

        letters.register("sessionrequest", REQUEST_ACTS, head)
        letters.register("session", SESSION_ACTS, session_head)
        letters.register("extrahours", HOURS_ACTS, hours_head)
        registry.register(RULES)
        registry.register_files(REQUESTS)
        registry.register_files(SESSIONS)
        registry.register_files(EXTRA_HOURS)
        registry.register(LIFE)
        register_reach(reach)
        register_holders(holders)
        register_invitations(invitations)
        register_sector_lookup(covers)
        register_live_requests(undecided)
        register_agreements(agreements)
        navigation.register(OrganisationKind.ORGANISME, "Demandes", "demande_liste", order=20)
        navigation.register(OrganisationKind.REGION, "Instruction", "region_file", order=10, match="/region/")
        # Those who look for a session, and for an organisme; the headers of the others are full.
        busy = (OrganisationKind.REGION, OrganisationKind.ORGANISME)
        seekers = [kind for kind in EVERYBODY if kind not in busy]
        navigation.register(seekers, "Trouver une session", "catalogue", order=40, match="/catalogue/")
        navigation.register(busy, "Sessions", "catalogue", order=40, match="/catalogue/")
        navigation.register(seekers, "Organismes", "organismes", order=45, match="/organismes/")
        navigation.place("open_data", "Données ouvertes (LHÉO)", "flux")
