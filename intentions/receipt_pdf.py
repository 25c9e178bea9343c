"""The receipt of a filed intention, as a tagged PDF that a screen reader can read."""

from core.rulebook.parameters import judged_by
from core.rulebook.receipts import last_receipt
from core.rules import Audience
from core.ui.pdf import render_pdf
from intentions.facts import judge_intention
from intentions.models import Intention
from intentions.recap import recap_of
from intentions.verdicts import view_of


def render(intention: Intention) -> bytes:
    """The PDF's bytes. Raises ValueError for an intention that was never filed."""
    if intention.filed_at is None:
        raise ValueError("not filed")
    judgement = judge_intention(intention)
    context = {
        "intention": intention,
        "groups": recap_of(intention),
        "verdict": view_of(judgement, Audience.EMPLOYEUR),
        "edition": judged_by(judgement),
        "receipt": last_receipt(intention),
    }
    return render_pdf("intentions/recu.html", context, "css/recu.css")
