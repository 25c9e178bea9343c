"""Where a person stands 3, 6 and 12 months after the end (P12, R109): asked by message, then by telephone.

The clock asks; two reminders, then nothing more is written. What a person says of a job declares nothing: it is
shown to the organisme and to the one who follows him, who declare the hire or say why not (`workflow.hires`).
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import DateField, Exists, Func, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.outbox import enqueue
from core.journal.refusals import Refused
from orders.workflow.people import members_of
from stagiaires.enums import ExitReason, Situation, SurveyChannel
from stagiaires.followup_notices import HireSaid
from stagiaires.followup_terms import REMINDERS, TERMS, Delays, delays
from stagiaires.models import Hire, Parcours, Stagiaire, Survey
from stagiaires.queries import parcours as parcours_queries
from stagiaires.reach import reach_of
from stagiaires.workflow import acts, hires
from stagiaires.workflow.positionings import followers

ASK = "suivi.demander"
JOB = ("contract", "months", "employer_name", "employed_since", "linked_to_training")
ANSWERED = "Une réponse est déjà enregistrée."
PAST = "Le temps de répondre à cette question est passé."


# --- The clock


def open_due(today: date | None = None) -> int:
    """A question for each parcours that ended three, six or twelve months ago; twice the same day makes one.

    Whoever died, or whose file is erased, is asked nothing. What fell due long ago is not asked either: an answer
    would tell another moment.
    """
    today = today or timezone.localdate()
    oldest = today - delays().open
    made = 0
    for term in TERMS:
        ended = Coalesce("left_on", "ends_on")
        later = f"(%(expressions)s + make_interval(months => {term}))::date"
        due = Parcours.objects.filter(state__in=parcours_queries.OVER, stagiaire__purged_at=None)
        due = due.exclude(exit_reason=ExitReason.DECES).annotate(
            due=Func(ended, template=later, output_field=DateField())
        )
        due = due.filter(
            ~Exists(Survey.objects.filter(parcours=OuterRef("pk"), term=term)), due__gte=oldest, due__lte=today
        )
        rows = [Survey(parcours_id=pk, term=term, due_on=day) for pk, day in due.values_list("pk", "due")]
        made += len(Survey.objects.bulk_create(rows, ignore_conflicts=True))
    return made


def send_due(today: date | None = None) -> int:
    """Ask what has just fallen due, and ask again, twice, those who have not answered. Returns the messages promised.

    Whoever cannot be written to is counted as asked: he is to be called.
    """
    said = delays()
    today = today or timezone.localdate()
    waiting = Survey.objects.filter(
        answered_at=None,
        reminders__lt=REMINDERS,
        due_on__gt=today - said.open,
        parcours__stagiaire__no_contact_at=None,
        parcours__stagiaire__purged_at=None,
    )
    sent = 0
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            sent += _send(pk, said, today)
    return sent


def _send(pk: int, said: Delays, today: date) -> int:
    rows = Survey.objects.select_for_update(of=("self",), skip_locked=True)
    survey = rows.select_related("parcours__stagiaire", "parcours__positioning").filter(pk=pk).first()
    if survey is None or survey.answered_at or survey.reminders >= REMINDERS:
        return 0
    now, last = timezone.now(), survey.reminded_at or survey.asked_at
    if last is not None and timezone.localdate(last) > today - said.between:
        return 0
    reachable = reach_of(survey.parcours.stagiaire, survey.parcours).by_message
    if last is None:
        survey.asked_at = now
    elif reachable:
        survey.reminders, survey.reminded_at = survey.reminders + 1, now
    survey.save(update_fields=["asked_at", "reminders", "reminded_at"])
    if reachable:
        enqueue(ASK, survey, survey.reminders)
    return int(reachable)


def is_awaited(survey: Survey, today: date | None = None) -> bool:
    """Whether an answer is still wanted: none yet, in time, and the person has not asked to be left alone."""
    person = survey.parcours.stagiaire
    return (
        survey.answered_at is None
        and person.no_contact_at is None
        and person.purged_at is None
        and is_open(survey, today)
    )


def is_open(survey: Survey, today: date | None = None) -> bool:
    """Whether one may still answer, be it of one's own accord."""
    today = today or timezone.localdate()
    return survey.answered_at is None and survey.due_on <= today < survey.due_on + delays().open


# --- The answer


def answer(survey: Survey, values: dict[str, Any], hat: Membership | None = None) -> Survey:
    """Keep what the person says: by his own link, or by telephone to `hat`.

    `values`: situation, comment, and the fields of `JOB`, which are kept for somebody in employment alone.
    Raises Refused once answered, when the time has passed, for a hat that does not follow the person.
    """
    with transaction.atomic():
        held = _hold(survey)
        if hat is not None:
            _must_follow(held, hat)
        if held.answered_at is not None:
            raise Refused(ANSWERED)
        if not is_open(held):
            raise Refused(PAST)
        held.situation = values["situation"]
        if held.situation in Situation.employed():
            for name in JOB:
                setattr(held, name, values[name])
        if held.situation == Situation.EMPLOI_INTENTION and held.parcours.post is not None:
            held.employer_name = ""  # the intention names him
        held.comment = values["comment"].strip()
        held.answered_at, held.answered_for = timezone.now(), hat
        held.channel = SurveyChannel.TELEPHONE if hat else SurveyChannel.LIEN
        held.save()
        how = "par téléphone" if hat else "par son lien personnel"
        _note(held, f"réponse {how}", hat)
        if proposes_hire(held):
            _propose_hire(held)
    return held


def proposes_hire(survey: Survey) -> bool:
    """Whether somebody should look at the job that is said: nobody has yet, and no hire that stands says it."""
    if survey.situation not in Situation.hired() or survey.hire_settled_at is not None:
        return False
    committed = survey.situation == Situation.EMPLOI_INTENTION
    return not Hire.objects.filter(parcours=survey.parcours_id, withdrawn_at=None, committed=committed).exists()


def _propose_hire(survey: Survey) -> None:
    one = survey.parcours
    text = f"{one.session.title} ({one.session.number}) : une personne dit avoir un emploi. "
    text += "Déclarez l’embauche si elle est exacte."
    people = {hat.pk: hat for hat in (*members_of(one.organisme), *followers(one.positioning))}
    notify(HireSaid, people.values(), survey, text, reverse("suivi_detail", args=[survey.pk]))


# --- What the one who follows the person does


def follows(survey: Survey, hat: Membership) -> bool:
    """Who calls: the valideur who proposed the person; the organisme for those whom it brought itself.

    The organisme does not call the others: the figures that come of it are its own.
    """
    positioning = survey.parcours.positioning
    keeper = positioning.valideur_id or survey.parcours.organisme_id
    return hat.organisation_id == keeper


def note_call(survey: Survey, hat: Membership) -> Survey:
    """Nobody answered the telephone. Past a number of calls, the person is left alone."""
    with transaction.atomic():
        held = _hold(survey)
        _must_follow(held, hat)
        if held.answered_at is not None:
            raise Refused(ANSWERED)
        held.calls, held.called_at = held.calls + 1, timezone.now()
        held.save(update_fields=["calls", "called_at"])
        _note(held, "appel sans réponse", hat)
    return held


def declare_hire(survey: Survey, hat: Membership, values: dict[str, Any]) -> Hire:
    """The job that the person said is a hire: declared by whoever may, confirmed by its employer as any other."""
    with transaction.atomic():
        acts.hold(survey.parcours)
        held = _to_settle(survey, hat)
        made = hires.declare(held.parcours, hat, **values)
        _settle(held, hat, hire=made)
    return made


def dismiss_hire(survey: Survey, hat: Membership, reason: str) -> Survey:
    """Nothing is to be declared: known already, a mistake, a job of a few days… The reason is kept."""
    if not reason.strip():
        raise Refused("Dites pourquoi aucune embauche n’est à déclarer.")
    with transaction.atomic():
        acts.hold(survey.parcours)
        held = _to_settle(survey, hat)
        _settle(held, hat, dismissal=reason.strip()[:300])
    return held


def _to_settle(survey: Survey, hat: Membership) -> Survey:
    held = _hold(survey)
    if not hires.may_declare(held.parcours, hat):
        raise Refused("L’organisme ou le valideur qui suit la personne répond.")
    if not proposes_hire(held):
        raise Refused("Aucune embauche n’attend plus d’être déclarée ici.")
    return held


def _settle(held: Survey, hat: Membership, *, hire: Hire | None = None, dismissal: str = "") -> None:
    held.hire, held.hire_dismissal = hire, dismissal
    held.hire_settled_at, held.hire_settled_by = timezone.now(), hat
    held.save(update_fields=["hire", "hire_dismissal", "hire_settled_at", "hire_settled_by"])
    if hire is None:
        _note(held, "aucune embauche à déclarer", hat)


# --- To be left alone


def oppose(stagiaire: Stagiaire, *, wish: bool = True, hat: Membership | None = None) -> Stagiaire:
    """« Ne plus me contacter »: no message nor call about what follows the training; or the contrary.

    `hat`: the one who hears it on the telephone.
    """
    with transaction.atomic():
        held = Stagiaire.objects.select_for_update(of=("self",)).get(pk=stagiaire.pk)
        if (held.no_contact_at is not None) != wish:
            held.no_contact_at = timezone.now() if wish else None
            held.save(update_fields=["no_contact_at", "updated_at"])
            label = "Ne veut plus être contacté pour le suivi" if wish else "Accepte d’être contacté pour le suivi"
            events.record(held, "personne.contact", label, hat=hat)
    return held


def oppose_by_phone(survey: Survey, hat: Membership) -> Stagiaire:
    """The person says it to the one who calls."""
    _must_follow(survey, hat)
    return oppose(survey.parcours.stagiaire, hat=hat)


def _hold(survey: Survey) -> Survey:
    rows = Survey.objects.select_for_update(of=("self",)).select_related(
        "parcours__stagiaire",
        "parcours__session",
        "parcours__organisme",
        "parcours__post__intention",
        "parcours__positioning__valideur",
        "parcours__positioning__advisor__user",
    )
    return rows.get(pk=survey.pk)


def _must_follow(survey: Survey, hat: Membership) -> None:
    if not follows(survey, hat):
        raise Refused("Le service qui suit la personne l’appelle et note sa réponse.")


def _note(survey: Survey, what: str, hat: Membership | None) -> None:
    acts.note(survey.parcours, "suivi", f"Suivi à {survey.term} mois : {what}", hat)
