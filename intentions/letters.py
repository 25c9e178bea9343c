"""What the letter of an act on an intention says; what was judged and decided is read on its receipt."""

from typing import Any

from core.accounts.models import Membership
from core.rulebook import letters
from core.rulebook.models import Receipt
from intentions.enums import DerogationState
from intentions.models import Intention, IntentionDerogation

VERDICT, DEROGATION, SET_ASIDE, WITHDRAWN = "verdict", "derogation", "ecart", "retrait"
ACTS = (VERDICT, DEROGATION, SET_ASIDE, WITHDRAWN)
_EXAMINED = {
    "posts": "Emplois proposés",
    "contract_type": "Contrat",
    "contract_months": "Durée du contrat",
    "weekly_hours": "Temps de travail par semaine",
    "workplace_commune": "Lieu de travail",
    "wished_start": "Début souhaité de la formation",
    "hire_date": "Embauche prévue le",
}
_AUTOMATIC = (
    "Verdict rendu par le portail seul, qui applique les règles publiées aux réponses données. "
    "Un agent de la Région l’examine si vous le lui demandez."
)


def told(intention: Intention, hat: Membership, reason: str) -> dict[str, Any]:
    """What the receipt of an act of the Région keeps for its letter: who acts, why, the derogations decided by now."""
    return letters.told(by=letters.decided_by(hat), reason=reason.strip(), derogations=_decided(intention))


def told_of_derogation(intention: Intention, hat: Membership, decided: IntentionDerogation) -> dict[str, Any]:
    """The same for a derogation decided: it comes first among them."""
    rows = sorted(_decided(intention), key=lambda row: row.rule != decided.rule)
    return letters.told(by=letters.decided_by(hat), derogations=rows)


def told_by_the_portal() -> dict[str, Any]:
    """What the receipt of a verdict keeps when nobody decided it."""
    return letters.told(by=_AUTOMATIC)


def _decided(intention: Intention) -> list[letters.Derogation]:
    rows = intention.derogations.exclude(state=DerogationState.DEMANDEE).order_by("-decided_at", "-id")
    return [
        letters.derogation(row.rule, row.state == DerogationState.ACCORDEE, row.decision_reason, row.decided_at)
        for row in rows
    ]


def head(receipt: Receipt) -> letters.Head | None:
    """The letter of an act on an intention. None for a derogation whose decision was not kept with its receipt."""
    intention = Intention.objects.select_related("employer", "employer__commune").get(pk=receipt.subject_id)
    common: dict[str, Any] = {
        "about": _about(intention, receipt),
        "addressee": intention.employer.address_lines if intention.employer else [],
        "examined": letters.examined(receipt, _EXAMINED),
    }
    if receipt.act == VERDICT:
        return letters.head_of(
            receipt,
            title="Intention d’embauche non éligible",
            decision="Telle qu’elle est décrite, cette intention d’embauche n’est pas éligible au dispositif.",
            next_steps=["L’employeur : changer les réponses qui peuvent l’être, puis déposer l’intention."],
            **common,
        )
    if receipt.act == SET_ASIDE:
        return letters.head_of(
            receipt,
            title="Intention d’embauche non éligible",
            decision="La Région ne peut pas répondre à cette intention d’embauche avec ce dispositif.",
            next_steps=[
                "L’employeur : exprimer une autre intention, ou demander à la Région quel dispositif convient."
            ],
            **common,
        )
    if receipt.act == WITHDRAWN:
        return letters.head_of(
            receipt,
            title="Retrait d’une intention d’embauche",
            decision="La Région retire cette intention d’embauche.",
            next_steps=[
                "L’employeur : reprendre cette intention sur le portail et la déposer de nouveau, si le besoin demeure."
            ],
            reconsider=False,
            **common,
        )
    return _of_derogation(receipt, common)


def _of_derogation(receipt: Receipt, common: dict[str, Any]) -> letters.Head | None:
    decided = letters.kept(receipt).get("derogations")
    if not decided:
        return None
    last = decided[0]
    granted = last["granted"]
    return letters.head_of(
        receipt,
        title="Dérogation accordée" if granted else "Refus d’une dérogation",
        decision=f"La Région {'accorde' if granted else 'refuse'} la dérogation demandée à la règle {last['rule']}.",
        next_steps=[] if granted else ["L’employeur : modifier son intention, puis la déposer de nouveau."],
        **common,
    )


def _about(intention: Intention, receipt: Receipt) -> str:
    title = letters.facts_of(receipt, ("job_title",)).job_title or intention.job_title
    number = f" {intention.number}" if intention.number else ""
    return f"Intention d’embauche{number}, {title}"
