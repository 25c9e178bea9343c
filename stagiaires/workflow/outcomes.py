"""What a parcours led to: its result, what is asked after a failure, what follows."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.reference.models import CertificationBlock
from core.rulebook import receipts
from core.rules import Audience, Judgement
from orders.workflow.people import members_of, region_of
from stagiaires.enums import CertificationResult
from stagiaires.facts import SAID, judge_parcours, parcours_facts_of
from stagiaires.models import Outcome, Parcours
from stagiaires.parcours_notices import RecoveryAnswered, RecoveryAsked
from stagiaires.queries import parcours as queries
from stagiaires.rules.terms import Recovery, Step
from stagiaires.workflow import acts

RECOVERY = "suite_apres_echec"


def note_outcome(
    parcours: Parcours,
    hat: Membership,
    *,
    result: str,
    blocks: Iterable[CertificationBlock] = (),
    skills_profile_updated: bool = False,
    next_step: str = "",
    next_step_reason: str = "",
) -> Outcome:
    """The organisme notes the result and what follows (R48, R65, P07). Blocks: when the certification is partial.

    Raises Refused while the parcours goes on, for a partial result without its blocks, a POEC without a reason (R65).
    """
    chosen = list(blocks)
    with transaction.atomic():
        held = acts.hold(parcours, queries.OVER)
        acts.must_be_organisme(held, hat)
        certification = held.session.certification_id
        if result == CertificationResult.PARTIELLE:
            if not chosen:
                raise Refused("Dites quels blocs sont acquis : l’attestation les nomme (R48).")
            if any(block.certification_id != certification for block in chosen):
                raise Refused("Ces blocs ne sont pas ceux de la certification de la session.")
        elif chosen:
            raise Refused("Les blocs ne se notent que pour une certification partielle.")
        if next_step == Step.POEC and not next_step_reason.strip():
            raise Refused("Une POEC après la session se décide au cas par cas : dites pourquoi (R65).")
        outcome = Outcome.objects.filter(parcours=held).first() or Outcome(parcours=held)
        if outcome.recovery and result != outcome.result:
            raise Refused("Une suite est demandée sur ce résultat : il ne change plus.")
        outcome.result, outcome.noted_by = result, hat
        outcome.skills_profile_updated = skills_profile_updated
        outcome.next_step, outcome.next_step_reason = next_step, next_step_reason.strip()
        outcome.save()
        outcome.blocks.set(chosen)
        acts.note(held, "resultat", f"Résultat noté : {CertificationResult(result).label.lower()}", hat)
    return outcome


def may_ask(parcours: Parcours, hat: Membership) -> bool:
    """R95: the organisme or the employer of the post asks."""
    if acts.is_of_organisme(parcours, hat):
        return True
    post = parcours.post
    employer = post.intention.employer_id if post else None
    return hat.kind == OrganisationKind.EMPLOYEUR and employer == hat.organisation_id


def judge_recovery(parcours: Parcours, outcome: Outcome) -> Judgement:
    """What R95 says of this request."""
    return judge_parcours(parcours_facts_of(parcours, outcome))


def ask_recovery(
    parcours: Parcours, hat: Membership, *, recovery: str, words: str, employer_asks: bool = False
) -> Outcome:
    """After a failure, ask to complete, to join another group or session, or to train after the hire (R95).

    An employer who asks says so by asking; the organisme says whether he does. What needs nobody's agreement (train
    after the hire) is kept at once. Raises Refused when the result is not a failure, or when R95 forbids it.
    """
    if not words.strip():
        raise Refused("Dites pourquoi cette suite est demandée : la Région le lira.")
    with transaction.atomic():
        held = acts.hold(parcours, queries.OVER)
        if not may_ask(held, hat):
            raise Refused("L’organisme ou l’employeur du poste demande une suite.")
        outcome = Outcome.objects.select_for_update(of=("self",)).filter(parcours=held).first()
        if outcome is None or outcome.result != CertificationResult.ECHEC:
            raise Refused("Une suite se demande après une certification non obtenue (R95).")
        if outcome.recovery and outcome.recovery_agreed is None and outcome.recovery_decided_at is None:
            raise Refused("Une suite est déjà demandée : la Région va répondre.")
        outcome.recovery = Recovery(recovery).value
        outcome.recovery_words, outcome.recovery_asked_by = words.strip(), hat
        outcome.employer_asks = employer_asks or hat.kind == OrganisationKind.EMPLOYEUR
        outcome.recovery_agreed = outcome.recovery_decided_at = outcome.recovery_decided_by = None
        outcome.recovery_reason = ""
        judgement = judge_recovery(held, outcome)
        finding = judgement.finding("R95")
        if finding and finding.is_blocking:
            raise Refused(finding.message(Audience.ORGANISME))
        if finding and finding.is_satisfied:  # nothing to decide
            outcome.recovery_agreed, outcome.recovery_decided_at = True, timezone.now()
            outcome.recovery_decided_by, outcome.recovery_reason = hat, "Aucun accord n’est nécessaire (R95)."
        outcome.save()
        acts.note(held, "suite", f"Suite demandée : {outcome.get_recovery_display().lower()}", hat, words.strip())
        if outcome.recovery_agreed is None:
            text = f"{held.session.title} ({held.session.number}) : une suite est demandée après un échec"
            acts.tell(RecoveryAsked, region_of(held.session.lot), held, text, once=timezone.now().isoformat())
    return outcome


def decide_recovery(parcours: Parcours, hat: Membership, *, agreed: bool, reason: str) -> Outcome:
    """The Région agrees to a recovery or not, with its reason and the receipt of what was judged (R95)."""
    if not reason.strip():
        raise Refused("Écrivez le motif : l’organisme et l’employeur le liront tel quel.")
    if not acts.may_agree(hat):
        raise Refused("Un gestionnaire ou un décideur de la Région répond à cette demande.")
    with transaction.atomic():
        receipts.hold_chain()
        held = acts.hold(parcours)
        outcome = Outcome.objects.select_for_update(of=("self",)).filter(parcours=held).first()
        if outcome is None or not outcome.recovery or outcome.recovery_decided_at is not None:
            raise Refused("Aucune suite n’attend de réponse sur ce parcours.")
        granted = frozenset(["R95"]) if agreed else frozenset[str]()
        facts = parcours_facts_of(held, outcome)
        if facts.next_step_reason:
            facts = facts.with_facts(next_step_reason=SAID)
        judgement = judge_parcours(facts, granted)
        outcome.recovery_agreed, outcome.recovery_reason = agreed, reason.strip()
        outcome.recovery_decided_by, outcome.recovery_decided_at = hat, timezone.now()
        outcome.receipt = receipts.issue(held, RECOVERY, judgement, hat=hat)
        outcome.save()
        word = "acceptée" if agreed else "refusée"
        acts.note(held, "suite_decidee", f"Suite {word} par la Région", hat, reason.strip())
        people = members_of(held.organisme)
        people += acts.employer_people(held.post)
        text = f"{held.session.title} ({held.session.number}) : la suite demandée après un échec est {word}"
        acts.tell(RecoveryAnswered, people, held, text, once=outcome.recovery_decided_at.isoformat())
    return outcome
