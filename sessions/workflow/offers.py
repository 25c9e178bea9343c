"""Places without an employer are offered to those whose intention waits; the first who accepts takes them.

Intentions are locked before the request, and the request before its offers: whoever accepts while another withdraws
or decides waits for him. What is taken is counted under these locks, so that no post is covered twice and no more
places are filled than are free (R11, R12).
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Membership
from core.accounts.queries import active_hats
from core.journal import events
from core.journal.events import subscribe
from core.journal.notices import notify
from core.journal.refusals import Refused, lost_race
from core.rulebook import parameters, receipts
from core.ui.french import jour, pluriel
from intentions import workflow as intentions_workflow
from intentions.enums import IntentionState
from intentions.models import Intention
from intentions.workflow.tell import authors_of, send_link
from orders.workflow.people import members_of, region_of
from sessions import letters
from sessions.enums import OfferState, RequestState
from sessions.facts import judge_request
from sessions.models import PlaceOffer, SessionRequest
from sessions.notices import PlaceAnswered, PlaceOffered, tell_of_places
from sessions.queries.cascade import candidates, lost, to_fill
from sessions.queries.requests import free_posts
from sessions.workflow import losses
from sessions.workflow.posts import free, lock_group, take

_OFFERED = {"offer_once": "Cette session vient d’être proposée à l’un de ces employeurs."}


def may_offer(request: SessionRequest, hat: Membership) -> bool:
    """The organisme that carries the session, and those who instruct at the Région."""
    if hat.kind == OrganisationKind.REGION:
        return hat.role in (Role.GESTIONNAIRE, Role.DECIDEUR)
    return hat.organisation_id == request.organisme_id


def offer(request: SessionRequest, chosen: Iterable[int], hat: Membership, word: str = "") -> list[PlaceOffer]:
    """Offer the places to the employers of these intentions (ids), in one act; each is told and may answer.

    Raises Refused: not theirs to offer, no place waits, an intention that does not fit or has just been taken.
    """
    wanted = set(chosen)
    if not may_offer(request, hat):
        raise Refused("Les places d’une session sont proposées par l’organisme qui la porte ou par la Région.")
    if not wanted:
        raise Refused("Choisissez au moins un employeur.")
    with transaction.atomic():
        lock_group(None, wanted)
        locked = _locked(request)
        places = _must_wait(locked)
        found = {row.intention.pk: row for row in candidates(locked)}
        if missing := wanted - found.keys():
            raise Refused(f"{pluriel(len(missing), 'intention choisie n’attend', 'intentions choisies n’attendent')} "
                          "plus de session. Relisez la liste.")  # fmt: skip
        made = []
        for row in (found[pk] for pk in sorted(wanted)):
            if not row.can_be_offered:
                raise Refused(f"La session est déjà proposée à {row.intention.employer}.")
            with lost_race(_OFFERED):
                made.append(
                    PlaceOffer.objects.create(
                        request=locked,
                        intention=row.intention,
                        posts=min(row.free, places),
                        reasons=row.reasons,
                        word=word.strip(),
                        offered_by=hat,
                        answer_by=_answer_by(locked),
                    )
                )
        for one in made:
            _tell_employer(one, hat)
        told = ", ".join(str(one.intention.employer) for one in made)
        events.record(locked, "demande.places_proposees", f"Places proposées à {told}"[:300], hat=hat, reason=word)
    return made


def accept(offered: PlaceOffer, hat: Membership | None, *, posts: int | None = None) -> PlaceOffer:
    """The employer takes the places (`posts` of them, all those offered by default), as far as they are still free.

    Before the start the Région then confirms the session; after it, his posts take the place of those that fell away.
    Raises Refused: answered meanwhile, no place left, bound to another organisme for this training (R10).
    """
    with transaction.atomic():
        receipts.hold_chain()
        lock_group(None, [offered.intention_id])
        locked = _locked(offered.request)
        row = _waiting(offered)
        intention = Intention.objects.select_related("employer", "engaged_organisme").get(pk=row.intention_id)
        _must_answer(intention, hat)
        count = _may_take(row, locked, intention, posts)
        going_on = locked.session.has_begun
        take(locked, list(free_posts().filter(intention=intention).order_by("rank")[:count]), count)
        if intention.state in IntentionState.waiting():
            intentions_workflow.engage(intention, locked.organisme, hat=hat)
        if going_on:
            replaced = lost(locked).values_list("pk", flat=True)[:count]
            free(locked.coverages.filter(pk__in=list(replaced)))
            intentions_workflow.cover(intention, hat=hat)
            losses.settle_replaced(locked, hat)
        row.posts_taken, row.answered_at, row.answered_by = count, timezone.now(), hat
        row.accepter()
        row.save()
        _apply(locked, row, hat)
    return row


def decline(offered: PlaceOffer, hat: Membership | None, reason: str = "") -> PlaceOffer:
    """The employer does not want these places; his intention goes on waiting."""
    with transaction.atomic():
        locked = _locked(offered.request)
        row = _waiting(offered)
        _must_answer(row.intention, hat)
        row.answered_at, row.answered_by, row.answer_reason = timezone.now(), hat, reason.strip()
        row.decliner()
        row.save()
        label = f"{row.intention.employer} décline les places proposées"
        events.record(locked, "demande.places_declinees", label, hat=hat, reason=row.answer_reason)
        events.record(row.intention, "intention.place_declinee", "Places proposées déclinées", hat=hat)
        _tell_desk(locked, row, f"{label} dans la session {locked.session.number}.")
    return row


def take_back(offered: PlaceOffer, hat: Membership) -> PlaceOffer:
    """The places are no longer offered to this employer."""
    if not may_offer(offered.request, hat):
        raise Refused("Une proposition est reprise par l’organisme qui porte la session ou par la Région.")
    with transaction.atomic():
        locked = _locked(offered.request)
        row = _waiting(offered)
        _close(row, "Ces places ne vous sont plus proposées.", hat)
        label = f"Proposition à {row.intention.employer} reprise"
        events.record(locked, "demande.places_reprises", label, hat=hat)
    return row


def take_back_all(request: SessionRequest, why: str, hat: Membership | None = None) -> int:
    """Nothing is offered any more. Call it with the request locked. Returns how many employers were told."""
    rows = request.offers.filter(state=OfferState.PROPOSEE).select_related("intention__employer").order_by("pk")
    closing = list(rows.select_for_update(of=("self",)))
    for row in closing:
        _close(row, why, hat)
    return len(closing)


@subscribe("intention.retiree")
@subscribe("intention.expiree")
@subscribe("intention.ecartee")
@subscribe("intention.reprise")
def on_intention_gone(intention: Intention, **news: object) -> None:
    """An intention that falls away is offered nothing."""
    rows = intention.offers.filter(state=OfferState.PROPOSEE).select_related("intention__employer").order_by("pk")
    for row in rows.select_for_update(of=("self",)):
        row.answered_at, row.answer_reason = timezone.now(), "L’intention n’attend plus de session."
        row.reprendre()
        row.save()


def lapse(today: date) -> int:
    """Offers whose day has passed are closed, and who offered them is told. Returns how many."""
    rows = PlaceOffer.objects.filter(state=OfferState.PROPOSEE, answer_by__lt=today).order_by("pk")
    count = 0
    for found in rows.select_related("request__session", "intention__employer"):
        with transaction.atomic():
            locked = _locked(found.request)
            row = (
                PlaceOffer.objects.select_for_update(of=("self",))
                .select_related("intention__employer")
                .get(pk=found.pk)
            )
            if row.state != OfferState.PROPOSEE:
                continue
            row.answered_at = timezone.now()
            row.perimer()
            row.save()
            label = f"{row.intention.employer} n’a pas répondu aux places proposées"
            events.record(locked, "demande.places_sans_reponse", label)
            _tell_desk(locked, row, f"{label} dans la session {locked.session.number}.")
            count += 1
    return count


def address_of(offered: PlaceOffer) -> str:
    """Where its employer answers it."""
    return reverse("proposition", args=[offered.pk])


def _locked(request: SessionRequest) -> SessionRequest:
    return (
        SessionRequest.objects.select_for_update(of=("self",))
        .select_related("session", "organisme", "lot")
        .get(pk=request.pk)
    )


def _waiting(offered: PlaceOffer) -> PlaceOffer:
    """The offer, locked; Refused when it has its answer."""
    row = (
        PlaceOffer.objects.select_for_update(of=("self",))
        .select_related("intention__employer", "intention__filed_by")
        .get(pk=offered.pk)
    )
    if row.state != OfferState.PROPOSEE:
        raise Refused(f"Cette proposition est déjà « {row.get_state_display().lower()} ». Rien n’a été changé.")
    return row


def _must_wait(request: SessionRequest) -> int:
    """How many places wait for an employer; Refused when none does."""
    if places := to_fill(request):
        return places
    raise Refused("Aucune place de cette session n’attend d’employeur.")


def _must_answer(intention: Intention, hat: Membership | None) -> None:
    """Its employer, the one who filed it, or the employer by his link (None)."""
    if hat is not None and hat.organisation_id not in (intention.employer_id, intention.filed_by.organisation_id):
        raise Refused("C’est à l’employeur de répondre.")


def _may_take(row: PlaceOffer, request: SessionRequest, intention: Intention, posts: int | None) -> int:
    """How many places the employer takes; Refused when nothing is left, or when he cannot."""
    places = to_fill(request)
    if not places:
        raise Refused("Un autre employeur vient de prendre ces places. Votre intention attend toujours une session.")
    bound = intention.state == IntentionState.ENGAGEE and intention.engaged_organisme_id == request.organisme_id
    if intention.state not in IntentionState.waiting() and not bound:
        state = intention.get_state_display().lower()
        raise Refused(f"Votre intention {intention.number} n’attend plus de session : elle est « {state} ».")
    left = free_posts().filter(intention=intention).count()
    wanted = row.posts if posts is None else posts
    if not 1 <= wanted <= row.posts:
        raise Refused(f"Dites combien de postes, de 1 à {row.posts}.")
    if not left:
        raise Refused("Aucun poste de cette intention n’est libre.")
    return min(wanted, places, left)


def _apply(request: SessionRequest, row: PlaceOffer, hat: Membership | None) -> None:
    """What an acceptance changes around it: verdict, receipt, history, news, and the offers that have no object."""
    left, session, employer = to_fill(request), request.session, row.intention.employer
    taken = pluriel(row.posts_taken or 0, "place")
    before_start = request.state == RequestState.A_REEXAMINER
    if before_start:
        request.alert = (
            f"{employer} prend {taken}. Il en manque encore {left}."
            if left
            else f"{employer} prend {taken} : le groupe est de nouveau complet. La Région confirme la session."
        )
    judgement = judge_request(request)
    request.verdict, request.judged_at = judgement.verdict.value, timezone.now()
    request.save()
    receipts.issue(request, letters.PLACES, judgement, hat=hat, told=letters.told_of_places(row, left))
    events.record(request, "demande.places_prises", f"{employer} prend {taken}", hat=hat)
    events.record(row.intention, "intention.place_prise", f"{taken} dans la session {session.number}", hat=hat)
    text = f"{employer} prend {taken} dans la session {session.number}."
    if not left:
        text += " À confirmer par la Région." if before_start else " Toutes les places ont un employeur."
        take_back_all(request, "Un autre employeur a pris ces places. Votre intention attend toujours une session.")
    _tell_desk(request, row, text, more=losses.deciders() if before_start and not left else [])


def _close(row: PlaceOffer, why: str, hat: Membership | None) -> None:
    row.answered_at, row.answered_by, row.answer_reason = timezone.now(), hat, why
    row.reprendre()
    row.save()
    events.record(row.intention, "intention.place_reprise", "Places proposées reprises", hat=hat, reason=why)
    text = f"Session {row.request.session.number} : {why[:1].lower()}{why[1:]}"
    people = authors_of(row.intention)
    notify(PlaceOffered, people, row, text, address_of(row), dedupe_key=f"{row.pk}:{row.state}")


def _answer_by(request: SessionRequest) -> date:
    """The day by which an employer answers: the dated `offer_answer_days`, and before the session starts."""
    today = timezone.localdate()
    last = today + timedelta(days=int(parameters.current(today)["offer_answer_days"]))
    start = request.session.starts_on
    return min(last, start) if start > today else last


def _tell_employer(row: PlaceOffer, hat: Membership) -> None:
    session, intention = row.request.session, row.intention
    places = pluriel(row.posts, "place")
    text = (
        f"{places} pour votre intention {intention.number} dans la session « {session.title} », du "
        f"{jour(session.starts_on, weekday=False)}. Répondez avant le {jour(row.answer_by, weekday=False)}."
    )
    notify(PlaceOffered, authors_of(intention), row, text, address_of(row), dedupe_key=str(row.pk))
    label = f"{places} proposées dans la session {session.number}" if row.posts > 1 else (
        f"{places} proposée dans la session {session.number}"
    )  # fmt: skip
    events.record(intention, "intention.place_proposee", label, hat=hat, reason=row.word)
    if intention.employer is not None and not active_hats(organisation=intention.employer).exists():
        send_link(intention, f"places:{row.pk}")


def _tell_desk(request: SessionRequest, row: PlaceOffer, text: str, more: Iterable[Membership] = ()) -> None:
    people = {hat.pk: hat for hat in (*members_of(request.organisme), *region_of(request.lot), *more)}
    tell_of_places(PlaceAnswered, people.values(), request, text, once=f"{row.pk}:{row.state}")
