"""What the letter of an act on a request, or on its session, says; what was judged is read on its receipt."""

from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.rulebook import letters
from core.rulebook.models import Receipt
from core.ui.french import euros, heures, heures_courtes, jour, periode, pluriel
from intentions.models import IntentionDerogation
from sessions.enums import DecisionKind
from sessions.facts import attached_intentions
from sessions.models import ExtraHours, PlaceOffer, RequestDerogation, Session, SessionRequest
from sessions.rules import RequestFacts, total_hours

COMPLEMENT, ANNULATION, SUSPENSION, PLACES, HOURS = "complement", "annulation", "suspension", "proposition", "heures"
REQUEST_ACTS = ("decision", COMPLEMENT, PLACES)
SESSION_ACTS = (ANNULATION, SUSPENSION)
HOURS_ACTS = (HOURS,)
_HOURS = ("hours_centre", "hours_distance", "hours_refresher", "hours_company", "hours_company_other")
_FACTS = ("lot", "title", "seats", "starts_on", "ends_on", "place", "intentions", *_HOURS)


def links(request: SessionRequest) -> list[letters.Link]:
    """The letters of a request and of all that came of it, as its page lists them, the latest first."""
    return letters.links_of(
        *files_of(request), url_of=lambda receipt: reverse("demande_lettre", args=[request.pk, receipt])
    )


def files_of(request: SessionRequest) -> list[Model]:
    """The request, the session that it opened, and the hours more that were asked for it once it had begun."""
    session = getattr(request, "session", None)
    if session is None:
        return [request]
    return [request, session, *(session.extra_hours.all() if session.has_begun else ())]


def told(request: SessionRequest, hat: Membership, reason: str, what: str = "Décision prise") -> dict[str, Any]:
    """What the receipt of an act keeps for its letter: who acts, why, and the derogations decided by now."""
    return letters.told(by=letters.decided_by(hat, what), reason=reason.strip(), derogations=_derogations(request))


def told_of_session(hat: Membership, reason: str) -> dict[str, Any]:
    """The same for an act on an authorised session."""
    return letters.told(by=letters.decided_by(hat), reason=reason.strip())


def told_of_places(offered: PlaceOffer, left: int) -> dict[str, Any]:
    """The same when an employer takes places that were offered; `left`: those that still wait for one."""
    intention = offered.intention
    taken: dict[str, Any] = {
        "employer": str(intention.employer),
        "intention": intention.number,
        "posts": offered.posts_taken,
        "left": left,
    }
    return letters.told(by=f"Réponse donnée par {intention.employer}, à qui ces places étaient proposées.", **taken)


def told_of_hours(asked: ExtraHours, hat: Membership, *, granted: bool, reason: str) -> dict[str, Any]:
    """The same for hours more that the Région grants or refuses (R51)."""
    asked_for = {"employer": str(asked.intention.employer), "places": asked.places, "each": str(asked.hours_each)}
    decided = letters.derogation("R51", granted, "", timezone.now())  # for the reason of the letter itself
    return letters.told(by=letters.decided_by(hat), reason=reason.strip(), derogations=[decided], **asked_for)


def head(receipt: Receipt) -> letters.Head | None:
    """The letter of an act on a request. None for a decision that was never written."""
    request = SessionRequest.objects.select_related("organisme", "organisme__commune").get(pk=receipt.subject_id)
    if receipt.act == COMPLEMENT:
        return letters.head_of(
            receipt,
            title="Demande de session à compléter",
            decision="La Région vous rend cette demande, à compléter. Elle prendra rang le jour où elle sera complète.",
            next_steps=["L’organisme : compléter la demande sur le portail, puis la renvoyer à la Région."],
            **_of_request(request, receipt),
        )
    if receipt.act == PLACES:
        return _of_places(request, receipt)
    kind = request.decisions.filter(receipt=receipt).values_list("kind", flat=True).first()
    if kind == DecisionKind.AUTORISATION:
        return letters.head_of(
            receipt,
            title="Autorisation d’une session de formation",
            decision=_authorised(_facts(receipt)),
            next_steps=[
                "L’organisme : tenir à jour la fiche publique de la session, qui paraît au catalogue.",
                "La Région : adresser le bon de commande au mandataire du lot.",
            ],
            reconsider=False,
            **_of_request(request, receipt),
        )
    if kind == DecisionKind.REFUS:
        return letters.head_of(
            receipt,
            title="Refus d’une demande de session de formation",
            decision="La Région refuse l’ouverture de cette session.",
            next_steps=[
                "L’organisme : déposer une nouvelle demande qui répond au motif, en partant d’une copie de celle-ci."
            ],
            **_of_request(request, receipt),
        )
    return None


def session_head(receipt: Receipt) -> letters.Head:
    """The letter of an act on an authorised session: cancelled, or suspended."""
    session = Session.objects.select_related("organisme", "organisme__commune", "request").get(pk=receipt.subject_id)
    facts = letters.facts_of(receipt, ("seats", "starts_on"))
    examined = [
        letters.Line("Places", str(facts.seats)),
        letters.Line("Début prévu", jour(facts.starts_on, weekday=False)),
    ]
    common: dict[str, Any] = {
        "about": f"Session {session.number}, «\u00a0{session.title}\u00a0», demande {session.request.number}",
        "addressee": session.organisme.address_lines,
        "examined": examined,
        "reconsider": False,
    }
    if receipt.act == ANNULATION:
        return letters.head_of(
            receipt,
            title="Annulation d’une session de formation",
            decision="La Région annule cette session.",
            next_steps=[
                "La session a quitté le catalogue et le flux public ; ses postes sont de nouveau libres.",
                "L’organisme : prévenir candidats et employeurs, et déposer une nouvelle demande si le besoin demeure.",
            ],
            **common,
        )
    return letters.head_of(
        receipt,
        title="Suspension d’une session de formation",
        decision="La Région suspend cette session.",
        next_steps=[
            "La session a quitté le catalogue et le flux public ; ses postes lui restent réservés.",
            "La Région : publier de nouveau la session, ou l’annuler.",
        ],
        **common,
    )


def _of_places(request: SessionRequest, receipt: Receipt) -> letters.Head | None:
    """None for the first of these receipts, kept without what was taken."""
    said = letters.kept(receipt)
    if not said:
        return None
    taken = pluriel(said["posts"], "place")
    left = pluriel(said["left"], "place attend", "places attendent")
    after = letters.facts_of(receipt, ("starts_on",)).starts_on
    begun = after is not None and after <= timezone.localdate(receipt.at)
    if said["left"]:
        steps = [f"L’organisme : {left} encore un employeur."]
    elif begun:
        steps = ["Toutes les places ont un employeur : la session va à son terme."]
    else:
        steps = ["Toutes les places ont un employeur.", "La Région : confirmer la session."]
    return letters.head_of(
        receipt,
        title="Places d’une session prises par un employeur",
        decision=f"{said['employer']} prend {taken} dans cette session, pour son intention {said['intention']}.",
        next_steps=steps,
        reconsider=False,
        **_of_request(request, receipt),
    )


def hours_head(receipt: Receipt) -> letters.Head | None:
    """The letter that grants or refuses hours more. None for the first of these receipts, kept without its words."""
    said = letters.kept(receipt)
    if not said:
        return None
    rows = ExtraHours.objects.select_related("session__organisme__commune", "session__request")
    session, facts = rows.get(pk=receipt.subject_id).session, letters.facts_of(receipt, ("extra_hours", "price"))
    granted, hours = "R51" in receipt.derogations, heures(facts.extra_hours)
    return letters.head_of(
        receipt,
        title="Heures supplémentaires accordées" if granted else "Refus d’heures supplémentaires",
        about=f"Session {session.number}, «\u00a0{session.title}\u00a0», demande {session.request.number}",
        addressee=session.organisme.address_lines,
        decision=f"La Région {'accorde' if granted else 'refuse'} {hours} supplémentaires pour cette session.",
        examined=[
            letters.Line("Employeur qui les demande", said["employer"]),
            letters.Line("Parcours à compléter", str(said["places"])),
            letters.Line("Durée par stagiaire", heures_courtes(Decimal(said["each"]))),
            letters.Line("Prix de l’heure-stagiaire", euros(facts.price)),
        ],
        next_steps=["La Région : adresser le bon de commande de ces heures au mandataire du lot."]
        if granted
        else ["L’organisme : mener la session à son terme avec les heures prévues."],
        reconsider=not granted,
    )


def _of_request(request: SessionRequest, receipt: Receipt) -> dict[str, Any]:
    facts = _facts(receipt)
    about = f"Demande de session {request.number}, «\u00a0{facts.title or request.title}\u00a0»"
    return {
        "about": f"{about}, {facts.lot[0].lower()}{facts.lot[1:]}" if facts.lot else about,
        "addressee": request.organisme.address_lines,
        "examined": _examined(facts),
    }


def _facts(receipt: Receipt) -> RequestFacts:
    found: RequestFacts = letters.facts_of(receipt, _FACTS)
    return found


def _examined(facts: RequestFacts) -> list[letters.Line]:
    """Places, dates, hours, place and intentions, as they were judged."""
    lines = []
    if facts.seats is not None:
        lines.append(letters.Line("Places", str(facts.seats)))
    if facts.starts_on is not None:
        lines.append(letters.Line("Dates", _when(facts)))
    if hours := total_hours(facts):
        lines.append(letters.Line("Durée par stagiaire", heures_courtes(hours)))
    if facts.place:
        lines.append(letters.Line("Lieu", facts.place))
    if facts.intentions:
        said = (f"{one.reference}, {one.employer} ({pluriel(one.posts or 0, 'poste')})" for one in facts.intentions)
        lines.append(letters.Line("Intentions d’embauche", " ; ".join(said)))
    return lines


def _when(facts: RequestFacts) -> str:
    if facts.starts_on is None:
        return ""
    if facts.ends_on is None:
        return f"à partir du {jour(facts.starts_on, weekday=False)}"
    return periode(facts.starts_on, facts.ends_on)


def _authorised(facts: RequestFacts) -> str:
    said = [f"pour {pluriel(facts.seats or 0, 'place')}"]
    if hours := total_hours(facts):
        said.append(f"{heures_courtes(hours)} par stagiaire")
    said += [when] if (when := _when(facts)) else []
    return f"La Région autorise l’ouverture de cette session, {', '.join(said)}."


def _derogations(request: SessionRequest) -> list[letters.Derogation]:
    """Those decided by now, on the request and on the intentions that it stands on."""
    rows: list[RequestDerogation | IntentionDerogation] = list(
        request.derogations.filter(decided_at__isnull=False).order_by("rule")
    )
    for intention, _ in attached_intentions(request):
        rows += [row for row in intention.derogations.all() if row.decided_at]
    return [
        letters.derogation(row.rule, row.state == RequestDerogation.State.ACCORDEE, row.decision_reason, row.decided_at)
        for row in rows
    ]
