"""What the letter of a decision on an intention says of the file itself; the rest is read on its receipt."""

from django.utils import timezone

from core.rulebook import letters
from core.rulebook.models import Receipt
from core.rules import rule_texts
from core.ui.french import jour
from intentions.enums import DerogationState
from intentions.models import Intention, IntentionDerogation

SET_ASIDE = "ecart"
ACTS = ("derogation", SET_ASIDE)


def head(receipt: Receipt) -> letters.Head | None:
    """Addressee, object and decision of an intention, as they are when the letter is written."""
    intention = Intention.objects.select_related("employer", "employer__commune").get(pk=receipt.subject_id)
    about = f"Intention d’embauche {intention.number}, {intention.job_title}"
    if receipt.act == SET_ASIDE:
        return _set_aside(intention, receipt, about)
    decided = list(
        intention.derogations.exclude(state=DerogationState.DEMANDEE)
        .filter(decided_at__lte=receipt.at)
        .select_related("decided_by__user")
        .order_by("-decided_at", "-id")
    )
    if not decided:
        return None
    last = decided[0]
    granted = last.state == DerogationState.ACCORDEE
    word = "accorde" if granted else "refuse"
    sentence = rule_texts()[last.rule].sentence
    return letters.Head(
        title="Dérogation accordée" if granted else "Refus d’une dérogation",
        about=about,
        addressee=_addressee(intention),
        decision=f"La Région {word} la dérogation demandée : {sentence} ({last.rule}).",
        decided_on=jour(timezone.localdate(last.decided_at), weekday=False) if last.decided_at else "",
        decided_by=_who(last),
        derogations=[
            letters.derogation(row.rule, row.state == DerogationState.ACCORDEE, row.decision_reason, row.decided_at)
            for row in decided
        ],
        next_steps=[] if granted else ["L’employeur : modifier son intention, puis la déposer de nouveau."],
    )


def _set_aside(intention: Intention, receipt: Receipt, about: str) -> letters.Head:
    by = f"{receipt.author}, pour la Région" if receipt.author else "la Région"
    return letters.Head(
        title="Intention d’embauche non éligible",
        about=about,
        addressee=_addressee(intention),
        decision="La Région ne peut pas répondre à cette intention d’embauche avec ce dispositif.",
        decided_on=jour(timezone.localdate(receipt.at), weekday=False),
        decided_by=by,
        reason=intention.closing_reason,
        next_steps=["L’employeur : exprimer une autre intention, ou demander à la Région quel dispositif convient."],
    )


def _addressee(intention: Intention) -> list[str]:
    return intention.employer.address_lines if intention.employer else []


def _who(row: IntentionDerogation) -> str:
    if row.decided_by is None:
        return "la Région"
    return f"{row.decided_by.user}, {row.decided_by.get_role_display().lower()} de la Région"
