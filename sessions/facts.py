"""From the records of a session request to what its rules read: the one bridge between the two."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from core.reference.filieres import filieres_of
from core.reference.geography import distance_km
from core.reference.models import Commune, Filiere
from core.rulebook.parameters import Editions, current
from core.rulebook.replay import rejudge
from core.rules import Finding, Judgement, Parameters, evaluate
from intentions.enums import PostState
from intentions.facts import judge_intention
from intentions.models import Intention, Post
from orders.enums import LotRole
from orders.models import Lot, LotMember
from orders.queries.territory import area_of, names_of
from sessions import rules
from sessions.enums import DecisionKind, HeadCountCase, RequestState, SessionState
from sessions.models import RequestDerogation, Session, SessionRequest
from sessions.rules import AttachedIntention, CancelReason, RequestFacts, SessionAct, SessionFacts


def place_commune(request: SessionRequest) -> Commune | None:
    """Where the training takes place: the agreed place's commune, else the one described."""
    return request.place.commune if request.place else request.place_commune


def filiere_of(request: SessionRequest) -> Filiere | None:
    """The sector of the training (R41), by its certification, its Formacodes and its métier.

    The lot's own sector wins where several claim the training; None when none does.
    """
    claimed = filieres_of(request.certification, request.formacodes, request.metier_id or "")
    own = request.lot.filiere if request.lot else None
    return own if own in claimed else next(iter(claimed), None)


def attached_intentions(request: SessionRequest) -> list[tuple[Intention, int]]:
    """The intentions that the request stands on, each with the number of its posts held here."""
    held: dict[int, int] = defaultdict(int)
    for coverage in request.coverages.filter(is_live=True).select_related("post"):
        held[coverage.post.intention_id] += 1
    intentions = (
        Intention.objects.filter(pk__in=held)
        .select_related(
            "employer", "workplace_commune__departement", "metier", "certification", "filiere", "engaged_organisme"
        )
        .prefetch_related("derogations")
        .order_by("employer__name", "id")
    )
    return [(intention, held[intention.pk]) for intention in intentions]


def _attached(request: SessionRequest, site: Commune | None, editions: Editions) -> tuple[AttachedIntention, ...]:
    pairs = attached_intentions(request)
    free = dict(
        Post.objects.filter(intention__in=[intention.pk for intention, _ in pairs], state=PostState.OUVERT)
        .order_by()
        .values_list("intention")
        .annotate(n=Count("pk", filter=~Q(coverages__is_live=True) | Q(coverages__request=request), distinct=True))
    )
    found = []
    for intention, posts in pairs:
        judgement = judge_intention(intention, organisme=request.organisme, editions=editions)
        commune = intention.workplace_commune
        found.append(
            AttachedIntention(
                reference=intention.number,
                employer=str(intention.employer or ""),
                verdict=judgement.verdict,
                pending=tuple(finding.id for finding in judgement.to_decide),
                engaged_elsewhere=intention.engaged_organisme_id not in (None, request.organisme_id)
                or bool(getattr(judgement.facts, "other_engaged_organisme", False)),
                departement=commune.departement_id if commune else None,
                posts=posts,
                posts_free=free.get(intention.pk, 0),
                distance_km=distance_km(site, commune) if site and commune else None,
                hire_date=intention.hire_on,
            )
        )
    return tuple(found)


def _lot_facts(request: SessionRequest) -> dict[str, Any]:
    """What binds the organisme to the lot (R112-R116)."""
    organisme, lot = request.organisme, request.lot
    today = timezone.localdate()
    facts: dict[str, Any] = {
        "today": today,
        "qualiopi_certified": organisme.qualiopi_until is not None and organisme.qualiopi_until >= today,
        "qualiopi_until": organisme.qualiopi_until,
        "handicap_referent": bool(organisme.handicap_referent),
    }
    if lot is None:
        return facts
    member = LotMember.objects.filter(lot=lot, organisation=organisme, is_active=True).first()
    facts |= {
        "lot": str(lot),
        "lot_active": lot.is_active and lot.marche.starts_on <= today <= lot.marche.ends_on,
        "organisme_role": rules.LotRole(member.role) if member else rules.LotRole.AUCUN,
        "order_addressee": rules.LotRole.MANDATAIRE,  # R117: the portal knows no other
        "lot_filiere": lot.filiere.name,
        **_where(request, lot),
        "drajes": lot.filiere.minimum_group is not None,
        "sector_minimum": lot.filiere.minimum_group,
    }
    if member and member.role == LotRole.COTRAITANT:
        facts["mandataire_informed"] = request.mandataire_informed or None
    if member and member.role == LotRole.SOUS_TRAITANT:
        facts |= {
            "group_cannot": member.lack_stated_on is not None,
            "mandataire_agrees": member.mandataire_agreed_on is not None,
            "subcontractor_admitted_by": rules.LotRole.MANDATAIRE if member.mandataire_agreed_on else None,
        }
    return facts


def _where(request: SessionRequest, lot: Lot) -> dict[str, Any]:
    """The territory of the lot (R43): its départements; when it is a finer one, whether the place is in it as well."""
    departements = tuple(lot.departements.order_by("code").values_list("code", flat=True))
    area = area_of(lot)
    if not area.is_finer:
        return {"lot_departements": departements}
    site = place_commune(request)
    return {
        "lot_departements": departements,
        "lot_territory": tuple(names_of(lot)),
        "place_in_territory": area.holds(site) if site else None,
    }


def _twins(request: SessionRequest) -> tuple[str, ...]:
    """Other sent requests of the same organisme under way for the same training, dates and place (R71). One query.

    Those that complete a session are not its twins: they are ordered beside it on purpose (R72).
    """
    where = (request.place_id, request.place_commune_id, request.place_name)
    if request.complements_id or not all((request.lot_id, request.starts_on, request.ends_on, any(where))):
        return ()
    alike = SessionRequest.objects.filter(
        organisme=request.organisme_id,
        lot=request.lot_id,
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        place=request.place_id,
        place_commune=request.place_commune_id,
        place_name__iexact=request.place_name,
        certification=request.certification_id,
        complements=None,
        state__in=set(RequestState.live()) - {RequestState.BROUILLON},
    ).exclude(Q(pk=request.pk) | Q(session__state=SessionState.ANNULEE))
    if request.certification_id is None:
        alike = alike.filter(title__iexact=request.title)
    return tuple(alike.order_by("id").values_list("number", flat=True))


def _on_list(request: SessionRequest) -> bool | None:
    """R42: whether the market's list of the lot has this training. None when nothing can be told yet."""
    if request.lot is None or not request.aim:
        return None
    listed = set(request.lot.lot_certifications.values_list("certification", flat=True))
    return request.certification_id in listed if listed else None


def day_of(request: SessionRequest) -> date:
    """The day whose rules judge this request: that of its completeness (R99); today while it can be changed."""
    if request.completed_at is None or request.is_editable:
        return timezone.localdate()
    return timezone.localdate(request.completed_at)


def facts_of(request: SessionRequest, *, submitting: bool = False, editions: Editions | None = None) -> RequestFacts:
    """What is known of a request, as its rules read it. `submitting`: the asker wants to send it now (R100)."""
    site = place_commune(request)
    filiere = filiere_of(request)
    place = request.place.name if request.place else request.place_name
    complements = request.complements
    balanced = request.head_count_case == HeadCountCase.EQUILIBRE
    certification = request.certification
    return RequestFacts(
        **_lot_facts(request),
        access_mode=rules.AccessMode(request.access_mode),
        submitting=submitting or request.state not in RequestState.editable(),
        intentions=() if request.is_socle else _attached(request, site, editions or Editions()),
        title=request.title or None,
        objective=request.objective or None,
        aim=rules.Aim(request.aim) if request.aim else None,
        certification_code=certification.code if certification else None,
        certifications=1 if certification else None,
        training_filiere=filiere.name if filiere else None,
        on_ao_list=_on_list(request),
        specific_need=request.off_list_reason or None,
        licence_module=request.has_licence_module,
        intermittence=request.for_intermittence,
        employer_opinion=None if request.is_socle else bool(request.employer_opinion),
        technical_platform=request.technical_platform or None,
        prerequisites=request.prerequisites or None,
        modalities=tuple(rules.Modality(value) for value in request.modalities) or None,
        hours_centre=request.hours_centre,
        hours_distance=request.hours_distance,
        hours_refresher=request.hours_refresher,
        hours_company=request.hours_company,
        hours_company_other=request.hours_company_other,
        entry_mode=rules.EntryMode(request.entry_mode),
        starts_on=request.starts_on,
        ends_on=request.ends_on,
        training_departement=site.departement_id if site else None,
        place=place or None,
        place_known=request.place_id is not None if place else None,
        place_reason=request.place_reason or None,
        contact=request.contact_name if request.contact_email or request.contact_phone else None,
        seats=request.seats,
        composantes=1 if request.seats else None,
        twins=_twins(request),
        head_count_case=rules.HeadCountCase(request.head_count_case),
        existing_group=request.existing_group or None,
        complements=complements.number if complements else None,
        same_domain=(filiere is not None and complements.filiere_id == filiere.pk) if complements else None,
        balance_statement=request.balance_stated_at is not None if balanced else None,
        price_unchanged=request.balance_stated_at is not None if balanced else None,
    )


def granted(request: SessionRequest) -> frozenset[str]:
    """Rules for which the Région has granted a derogation on this request."""
    return frozenset(
        request.derogations.filter(state=RequestDerogation.State.ACCORDEE).values_list("rule", flat=True)
        if request.pk
        else ()
    )


def judge_request(request: SessionRequest, *, submitting: bool = False, **act: Any) -> Judgement:
    """The verdict on a request as it stands, by the rules of its own day, with the derogations granted.

    An intention that it stands on is judged by the rules of the day when it was filed.

    Args:
        act: facts of what is about to be done with it, which no record holds yet (who authorises it, before whom).
    """
    editions = Editions()
    facts = facts_of(request, submitting=submitting, editions=editions).with_facts(**act)
    return rules.judge(facts, editions.on(day_of(request)), granted(request))


def obligation_given_up(request: SessionRequest) -> Finding | None:
    """What R45 says of giving up a request that was sent: employers asked there for what the market makes compulsory.

    None when it says nothing. Two queries, then those of the judgement.
    """
    if request.sent_at is None or request.lot is None or request.certification_id is None:
        return None
    listed = request.lot.lot_certifications.filter(certification=request.certification_id, obligatoire=True)
    if not listed.exists() or not request.coverages.filter(is_live=True).exists():
        return None
    return judge_request(request, mandatory_refused=True).finding("R45")


def judgement_shown(request: SessionRequest) -> Judgement:
    """What a page says of a request: as it stands, or, once refused, as it stood on the day of the refusal.

    A refused request has given its posts back: judged on what is left of it, it would show obstacles of its own end.
    """
    if request.state == RequestState.REFUSEE:
        refusal = request.decisions.filter(kind=DecisionKind.REFUS, receipt__isnull=False).order_by("-id").first()
        if refusal is not None and refusal.receipt is not None:
            return rejudge(refusal.receipt)
    return judge_request(request)


def own_decisions(judgement: Judgement) -> list[Finding]:
    """The derogations to ask on the request itself: not those that an attached intention asks already.

    These are decided on the intention, once, with the employer's own reason.
    """
    inherited = {rule for intention in getattr(judgement.facts, "intentions", ()) for rule in intention.pending}
    return [finding for finding in judgement.to_decide if finding.id not in inherited]


LifeTeller = Callable[[Session], Mapping[str, Any]]
_tellers: list[LifeTeller] = []


def register_life(teller: LifeTeller) -> None:
    """Let a room above say what it knows of a session's life: meetings, employers invited, referent (facts by name)."""
    if teller not in _tellers:
        _tellers.append(teller)


def _life(session: Session, request: SessionRequest) -> dict[str, Any]:
    """What the request announced, then what the rooms above know better."""
    said: dict[str, Any] = {
        "meeting_planned": request.meeting_on is not None,
        "employment_referent": bool(request.network_referent),
    }
    for teller in _tellers:
        said |= teller(session)
    return said


def facts_of_session(session: Session, act: SessionAct | None = None) -> SessionFacts:
    """What is known today of an authorised session and of what is about to be done with it (R18, R19, R89, R104, R106).

    Two queries, its request and its lot, and those of the rooms above.
    """
    request, lot = session.request, session.lot
    return SessionFacts(
        today=timezone.localdate(),
        act=act,
        access_mode=rules.AccessMode(session.access_mode),
        starts_on=session.starts_on,
        seats=session.seats,
        **_life(session, request),
        region_manager=lot.gestionnaire_id is not None,
        lot_coordinator=bool(lot.coordinateur),
        review_held=session.state in (SessionState.BILAN_FAIT, SessionState.CLOSE) if act == SessionAct.CLORE else None,
    )


def before_start(request: SessionRequest) -> list[Finding]:
    """What is still to be settled before the session of a request begins (R89, R104, R106), by the figures of today.

    Nothing for a request that is not sent or that has ended, nor once the session has begun; one that is held back
    on its day says why.
    """
    session = getattr(request, "session", None)
    starts_on = session.starts_on if session else request.starts_on
    if request.state not in RequestState.live() or request.is_editable:
        return []
    if starts_on is None or (starts_on < timezone.localdate() and not (session and session.is_held_back)):
        return []
    facts = facts_of_session(session, SessionAct.DEMARRER) if session else _announced(request)
    parameters = current()
    judged = evaluate(rules.LIFE.edition(parameters), facts, parameters)
    return [*judged.blocking, *judged.to_decide, *judged.warnings]


def _announced(request: SessionRequest) -> SessionFacts:
    """The start of a session that is only asked for yet."""
    return SessionFacts(
        today=timezone.localdate(),
        act=SessionAct.DEMARRER,
        access_mode=rules.AccessMode(request.access_mode),
        starts_on=request.starts_on,
        seats=request.seats,
        meeting_planned=request.meeting_on is not None,
        employment_referent=bool(request.network_referent),
        region_manager=request.lot.gestionnaire_id is not None if request.lot else None,
        lot_coordinator=bool(request.lot.coordinateur) if request.lot else None,
    )


def judge_session(session: Session, parameters: Parameters, act: SessionAct | None = None) -> Judgement:
    """What the life of a session calls for today, with the figures of today, `act` being about to be done with it."""
    return evaluate(rules.LIFE.edition(parameters), facts_of_session(session, act), parameters)


def judge_withdrawal(
    session: Session, *, covered: int, withdrawn: int, seats: int | None = None, act: SessionAct | None = None
) -> Judgement:
    """What the rules say of a session that an employer leaves (R18, R19), by the figures of today.

    Args:
        covered: the posts that still stand; `withdrawn`: those that fell away.
        seats: the places that it would keep, its own by default.
        act: what would be done with it because of that.
    """
    parameters, today = current(), timezone.localdate()
    facts = facts_of_session(session).with_facts(
        act=act,
        posts_covered=covered,
        posts_withdrawn=withdrawn,
        seats=session.seats if seats is None else seats,
        cancel_reason=CancelReason.DESISTEMENT if act == SessionAct.ANNULER else None,
    )
    if session.state == SessionState.SUSPENDUE and session.starts_on <= today:
        facts = facts.with_facts(starts_on=None)  # its day has passed while it was stopped: it has not begun
    return evaluate(rules.LIFE.edition(parameters), facts, parameters)
