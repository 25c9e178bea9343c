"""From the records of people in training to what their rules read: the one bridge between the two.

No fact holds a name, a disability nor a sex: receipts keep facts for ever.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.utils import timezone

from core.months import first_of
from core.rulebook import parameters
from core.rules import Judgement, Parameters, evaluate
from intentions.models import Post
from sessions.enums import EntryMode, SessionState
from sessions.models import Session
from sessions.rules.terms import AccessMode
from stagiaires.enums import CertificationResult, ParcoursState
from stagiaires.models import Outcome, Parcours, Positioning, SensitiveFacts, Stagiaire
from stagiaires.rules import ADMISSION, PARCOURS, PROGRAMME, AdmissionFacts, ParcoursFacts, ProgrammeFacts
from stagiaires.rules.terms import Answer, Category, Decider, Project, Recovery, RefusalReason, Result, Step

# What is made between the admission and the entry: not known yet at the first, demanded at the second.
BEFORE_ENTRY = frozenset({"salaried_commitment", "individual_contract"})
SAID = "dit au dossier"  # a receipt keeps that something was written, never what
HOURS = ("hours_technique", "hours_refresher", "hours_module", "hours_distance", "hours_company")


@dataclass(frozen=True)
class Place:
    """What the organisme offers a candidate: a post, or none, his dates, his hours by type, his rhythm (in %)."""

    starts_on: date
    ends_on: date
    post: Post | None = None
    funded: bool = True
    hours: dict[str, Decimal] = field(default_factory=dict)  # by name of `HOURS`
    working_rate: Decimal = Decimal(100)
    progression_certified: bool = False
    replaces: Parcours | None = None
    clea: bool | None = None
    other_funder: str = ""


def usual_place(session: Session) -> Place:
    """The place as the session offers it to everyone: its dates, its hours by type."""
    request, today = session.request, timezone.localdate()
    begins = max(session.starts_on, today) if session.entry_mode == EntryMode.PERMANENTES else session.starts_on
    hours = {
        "hours_technique": request.hours_centre,
        "hours_refresher": request.hours_refresher,
        "hours_distance": request.hours_distance,
        "hours_company": (request.hours_company or Decimal(0)) + (request.hours_company_other or Decimal(0)),
    }
    return Place(
        starts_on=min(begins, session.ends_on),
        ends_on=session.ends_on,
        hours={name: value or Decimal(0) for name, value in hours.items()} | {"hours_module": Decimal(0)},
    )


def joins_running_group(session: Session, place: Place) -> bool:
    """R73: the group is formed, and the person comes after its first day or instead of one who left."""
    late = session.entry_mode == EntryMode.DATES_FIXES and place.starts_on > session.starts_on
    return late or place.replaces is not None


def facts_of(positioning: Positioning, place: Place, sensitive: SensitiveFacts | None = None) -> AdmissionFacts:
    """What is known of a candidate on the day of his admission to this place.

    Without `sensitive` (nobody has read them), what rests on them is not known yet. What is signed and made before
    the entry is not known yet either: the entry asks for it.
    """
    session = positioning.session
    joins = joins_running_group(session, place)
    return AdmissionFacts(
        **_of_session(session, place.starts_on),
        **_of_person(positioning.stagiaire, place.starts_on),
        **_of_sensitive(sensitive),
        **_of_candidacy(positioning),
        clea=place.clea,
        other_funder=place.other_funder or None,
        has_post=place.post is not None,
        funded_by_region=place.funded,
        joins_running_group=joins,
        progression_compatible=place.progression_certified if joins else None,
        replaces_leaver=place.replaces is not None,
        organisme_can_replace=place.progression_certified if place.replaces else None,
        working_rate=place.working_rate,
        nosemplois_checked=True if positioning.stagiaire.registration_checked_at else None,
        answer=Answer.ADMIS,
        admitted_by=Decider.ORGANISME,
    )


def entry_facts_of(parcours: Parcours, sensitive: SensitiveFacts | None = None) -> AdmissionFacts:
    """The same on the day of entry: what had to be signed, made and checked meanwhile is there, or is not."""
    place = place_of(parcours)
    return facts_of(parcours.positioning, place, sensitive).with_facts(
        salaried_commitment=parcours.commitment_signed_at is not None,
        individual_contract=parcours.contract_made_at is not None,
        nosemplois_checked=parcours.stagiaire.registration_checked_at is not None,
    )


def place_of(parcours: Parcours) -> Place:
    """The place that a parcours holds."""
    return Place(
        starts_on=parcours.starts_on,
        ends_on=parcours.ends_on,
        post=parcours.post,
        funded=parcours.funded,
        hours={name: getattr(parcours, name) for name in HOURS},
        working_rate=parcours.working_rate,
        progression_certified=parcours.progression_certified,
        replaces=parcours.replaces,
        clea=parcours.clea,
        other_funder=parcours.other_funder,
    )


def _of_session(session: Session, entry_on: date) -> dict[str, Any]:
    return {"access_mode": AccessMode(session.access_mode), "entry_on": entry_on}


def _of_person(person: Stagiaire, on: date) -> dict[str, Any]:
    """Residence is never read (R78). Registered by his identifier; a category alone says so without its proof, that the
    admission asks for (R75).
    """
    return {
        "age": _age(person.birth_on, on) if person.birth_on else None,
        "registered": True if person.ft_identifier else None if person.category else False,
        "category": Category(person.category) if person.category else None,
        "level": str(person.level) if person.level else None,
        "sex_recorded": bool(person.sex),
    }


def _of_sensitive(known: SensitiveFacts | None) -> dict[str, Any]:
    if known is None:
        return {}
    needed = known.work_permit_needed
    return {
        "work_permit_needed": needed,
        "work_permit": known.work_permit_until is not None if needed else None,
        "work_permit_until": known.work_permit_until,
        "from_siae": known.from_siae,
        "siae_contract_end": known.siae_contract_end,
        "allowance": known.allowance,
    }


def _of_candidacy(positioning: Positioning) -> dict[str, Any]:
    return {
        "project": Project(positioning.project) if positioning.project else None,
        "project_validated": positioning.project_validated,
        "previous_step": Step(positioning.previous_step) if positioning.previous_step else None,
        "brought_intention": positioning.brought_intention or None,
    }


def _age(birth_on: date, on: date) -> int:
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def refusal_facts_of(session: Session, values: dict[str, Any]) -> AdmissionFacts:
    """What a refusal rests on (R90, P04): its reason and what it proposes. `values`: as the form gives them."""
    return AdmissionFacts(
        access_mode=AccessMode(session.access_mode),
        answer=Answer.REFUSE,
        admitted_by=Decider.ORGANISME,
        refusal_reason=RefusalReason(values["refusal_reason"]) if values["refusal_reason"] else None,
        refresher_offered=bool(values.get("refresher_offered")),
        proposal=values.get("proposal") or None,
    )


def for_receipt(facts: AdmissionFacts) -> AdmissionFacts:
    """The facts as a receipt may keep them for ever: they judge the same, and outlive the retention delays.

    Of a work permit and of the end of a former contract: which side of the entry they fall, not their day. Of another
    funder, of what is proposed to one who is refused: that there is.
    """
    kept: dict[str, Any] = {}
    for name in ("work_permit_until", "siae_contract_end"):
        ends, entry = getattr(facts, name), facts.entry_on
        if ends is not None and entry is not None:
            kept[name] = entry if ends >= entry else entry - timedelta(days=1)
    kept |= {name: SAID for name in ("other_funder", "proposal") if getattr(facts, name)}
    return facts.with_facts(**kept)


def judge_admission(facts: AdmissionFacts) -> Judgement:
    """The verdict on an admission or an entry, by the rules of today."""
    figures = parameters.current()
    return evaluate(ADMISSION.edition(figures), facts, figures)


def lacking(judgement: Judgement) -> list[str]:
    """What must still be said before an admission, in words; what the entry asks for is left to it."""
    return [fact.label for fact in judgement.missing if fact.field not in BEFORE_ENTRY]


# ---- the way through, and out of it

_RESULTS = {
    CertificationResult.TOTALE: Result.REUSSITE,
    CertificationResult.PARTIELLE: Result.PARTIELLE,
    CertificationResult.ECHEC: Result.ECHEC,
}


def parcours_facts_of(parcours: Parcours, outcome: Outcome | None = None) -> ParcoursFacts:
    """What is known of a person's way through the training and out of it. One query when a recovery is asked."""
    said = outcome if outcome is not None else getattr(parcours, "outcome", None)
    return ParcoursFacts(
        session_hours=parcours.session.hours_total,
        hours=parcours.hours_total,
        result=_RESULTS.get(CertificationResult(said.result)) if said else None,
        certificate_given=said.certificate_given_on is not None if said else None,
        recovery=Recovery(said.recovery) if said and said.recovery else None,
        employer_asks=said.employer_asks if said else None,
        session_planned=session_planned(parcours) if said and said.recovery else None,
        next_step=Step(said.next_step) if said and said.next_step else None,
        next_step_reason=said.next_step_reason or None if said else None,
        left=parcours.state not in ParcoursState.active(),
        skills_profile_updated=said.skills_profile_updated if said else False,
    )


def judge_parcours(facts: ParcoursFacts, derogations: frozenset[str] = frozenset()) -> Judgement:
    """The verdict on a way through training; `derogations`: what the Région has agreed to."""
    figures = parameters.current()
    return evaluate(PARCOURS.edition(figures), facts, figures, derogations)


def programme_facts_of(year: int, figures: Parameters) -> ProgrammeFacts:
    """The programme over a year: the parcours that the Région funds, by the day they begin. One query.

    How long they are (R50), and how many are those of disabled people (P10). These are counted among the people who
    were asked, over the months that have ended: nobody is guessed from the figure of one day and that of the next; and
    known only when neither count could be that of a few people, as for every figure about them.
    """
    rows = Parcours.objects.filter(funded=True, starts_on__year=year).exclude(state=ParcoursState.ANNULE)
    ended = Q(starts_on__lt=first_of(timezone.localdate()))
    found = rows.aggregate(
        mean=Avg(reduce(add, map(F, HOURS))),
        asked=Count("pk", filter=ended & Q(stagiaire__sensitive__disabled_worker__isnull=False)),
        disabled=Count("pk", filter=ended & Q(stagiaire__sensitive__disabled_worker=True)),
    )
    mean, asked, disabled = found["mean"], found["asked"], found["disabled"]
    is_told = min(disabled, asked - disabled) >= figures["followup_least_count"]
    return ProgrammeFacts(
        entries=asked,
        disabled_entries=disabled if is_told else None,
        mean_hours=None if mean is None else round(mean, 1),
    )


def judge_programme(year: int) -> Judgement:
    """What is watched over the programme and never over one file (R50, P10), by the figures of today. Two queries."""
    figures = parameters.current()
    return evaluate(PROGRAMME.edition(figures), programme_facts_of(year, figures), figures)


def session_planned(parcours: Parcours) -> bool:
    """R95: whether a session of the same training is to come, anywhere in the region."""
    session = parcours.session
    coming = Session.objects.filter(
        state__in=[SessionState.AUTORISEE, SessionState.PUBLIEE, SessionState.EN_RECRUTEMENT],
        starts_on__gte=timezone.localdate(),
    ).exclude(pk=session.pk)
    if session.certification_id:
        return coming.filter(certification=session.certification_id).exists()
    return session.metier_id is not None and coming.filter(metier=session.metier_id).exists()
