"""The end of a session: the balance when every result is noted, the closing when nothing is owed to anybody (P09)."""

from django.db import transaction

from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused
from core.rulebook.parameters import current
from core.rules import Audience
from core.ui.french import pluriel
from sessions.facts import judge_session
from sessions.models import Session
from sessions.rules import SessionAct
from sessions.workflow import life
from stagiaires.enums import CertificationResult, ParcoursState
from stagiaires.facts import judge_parcours, parcours_facts_of
from stagiaires.models import Outcome, Parcours
from stagiaires.queries import parcours as queries
from stagiaires.queries.exchanges import events as exchanged
from stagiaires.workflow import commitments


def lacks_for_balance(session: Session) -> list[str]:
    """What the balance waits for, in French; empty when all is noted. Two queries."""
    rows = Parcours.objects.filter(session=session)
    going = rows.filter(state__in=ParcoursState.active()).count()
    unnoted = queries.outcomes_due(rows).count()
    lacks = []
    if going:
        lacks.append(f"{pluriel(going, 'parcours n’est pas fini', 'parcours ne sont pas finis')}.")
    if unnoted:
        lacks.append(f"{pluriel(unnoted, 'résultat reste', 'résultats restent')} à noter.")
    return lacks


def take_stock(session: Session, hat: Membership) -> Session:
    """The organisme makes the balance; every intention of the session is brought to what its hires establish."""
    with transaction.atomic():
        if lacks := lacks_for_balance(session):
            raise Refused(f"Le bilan attend encore. {' '.join(lacks)}")
        rows = Parcours.objects.filter(session=session)
        ended = rows.filter(state=ParcoursState.ACHEVE).count()
        passed = Outcome.objects.filter(parcours__in=rows, result=CertificationResult.TOTALE).count()
        label = f"Bilan fait : {pluriel(ended, 'parcours achevé', 'parcours achevés')}, "
        label += pluriel(passed, "certification obtenue", "certifications obtenues")
        done = life.take_stock(session, hat, label=label)
        commitments.settle_session(done, hat)
        events.announce("session.bilan", session=done)
    return done


def lacks_for_closing(session: Session) -> list[str]:
    """What R106, P09 and the recoveries hold open, in French. A file is told when all that AGORA must hear of it has
    left, or is another's to tell.
    """
    followed = judge_session(session, current(), SessionAct.CLORE)
    waiting = queries.recoveries_due().filter(parcours__session=session).count()
    lacks = [finding.message(Audience.REGION) for finding in followed.blocking]
    if waiting:
        lacks.append(f"{pluriel(waiting, 'suite attend', 'suites attendent')} la réponse de la Région (R95).")
    funded = Parcours.objects.filter(session=session, funded=True).exclude(state=ParcoursState.ANNULE)
    untold = set(exchanged.untold(funded).values_list("pk", flat=True))
    late = 0
    for one in funded.select_related("session", "outcome"):
        facts = parcours_facts_of(one).with_facts(closing=True, outside_agora=False, sent_to_agora=one.pk not in untold)
        finding = judge_parcours(facts).finding("P09")
        late += bool(finding and finding.is_blocking)
        if finding and finding.is_blocking and late == 1:
            lacks.append(finding.message(Audience.REGION))
    if late > 1:
        lacks[-1] = f"{late} dossiers : {lacks[-1]}"
    return lacks


def close(session: Session, hat: Membership) -> Session:
    """The Région closes a session when nothing holds it open."""
    with transaction.atomic():
        if lacks := lacks_for_closing(session):
            raise Refused(f"La session ne peut pas encore être close. {' '.join(lacks)}")
        return life.close(session, hat)
