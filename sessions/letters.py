"""What the letter of a decision on a session request says of the file itself; the rest is read on its receipt."""

from django.urls import reverse
from django.utils import timezone

from core.rulebook import letters
from core.rulebook.models import Receipt
from core.ui.french import jour, pluriel
from intentions.models import IntentionDerogation
from sessions.enums import DecisionKind
from sessions.facts import attached_intentions
from sessions.models import Decision, RequestDerogation, SessionRequest

ACTS = ("decision",)
TITLES = {
    DecisionKind.AUTORISATION: "Autorisation d’une session de formation",
    DecisionKind.REFUS: "Refus d’une demande de session de formation",
}


def links(request: SessionRequest) -> list[letters.Link]:
    """The letters of a request, as its page lists them."""
    return letters.links_of(request, lambda receipt: reverse("demande_lettre", args=[request.pk, receipt]))


def head(receipt: Receipt) -> letters.Head | None:
    """Addressee, object and decision of a request, as they are when the letter is written. None for another act."""
    request = SessionRequest.objects.select_related("organisme", "organisme__commune", "lot").get(pk=receipt.subject_id)
    decision = _decision_of(request, receipt)
    if decision is None:
        return None
    kind = DecisionKind(decision.kind)
    about = f"Demande de session {request.number}, « {request.title} »"
    if request.lot:
        about = f"{about}, lot {request.lot.number}"
    return letters.Head(
        title=TITLES[kind],
        about=about.replace("« ", "«\u00a0").replace(" »", "\u00a0»"),
        addressee=request.organisme.address_lines,
        decision=_sentence(request, kind),
        decided_on=jour(timezone.localdate(decision.decided_at), weekday=False),
        decided_by=f"{decision.decided_by.user}, {decision.decided_by.get_role_display().lower()} de la Région",
        reason=decision.reason,
        derogations=_derogations(request, receipt),
        next_steps=_next_steps(kind),
        reconsider=kind is DecisionKind.REFUS,
    )


def _decision_of(request: SessionRequest, receipt: Receipt) -> Decision | None:
    """The decision that the receipt explains: the one that names it, else the refusal written just before it."""
    written = request.decisions.select_related("decided_by__user")
    named = written.filter(receipt=receipt).first()
    return named or (
        written.filter(kind=DecisionKind.REFUS, decided_at__lte=receipt.at).order_by("-decided_at", "-id").first()
    )


def _sentence(request: SessionRequest, kind: DecisionKind) -> str:
    if kind is DecisionKind.REFUS:
        return "La Région refuse l’ouverture de cette session."
    places = pluriel(request.seats or 0, "place")
    when = f", à partir du {jour(request.starts_on, weekday=False)}" if request.starts_on else ""
    return f"La Région autorise l’ouverture de cette session, pour {places}{when}."


def _derogations(request: SessionRequest, receipt: Receipt) -> list[letters.Derogation]:
    """Those decided by the time of the receipt, on the request and on the intentions that it stands on."""
    rows: list[RequestDerogation | IntentionDerogation] = list(
        request.derogations.filter(decided_at__lte=receipt.at).order_by("rule")
    )
    for intention, _ in attached_intentions(request):
        rows += [row for row in intention.derogations.all() if row.decided_at and row.decided_at <= receipt.at]
    return [
        letters.derogation(row.rule, row.state == RequestDerogation.State.ACCORDEE, row.decision_reason, row.decided_at)
        for row in rows
    ]


def _next_steps(kind: DecisionKind) -> list[str]:
    if kind is DecisionKind.REFUS:
        return [
            "L’organisme : déposer une nouvelle demande qui répond au motif ; le portail reprend celle-ci en un geste."
        ]
    return [
        "L’organisme : tenir à jour la fiche publique de la session, qui paraît au catalogue.",
        "La Région : adresser le bon de commande au mandataire du lot.",
    ]
