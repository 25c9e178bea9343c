"""A parcours from the entry to the exit: enter, suspend, resume, change employer, leave, complete."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.refusals import Refused, lost_race
from core.rulebook import receipts
from core.rules import Audience, Judgement
from core.ui.french import jour
from intentions.models import Intention, Post
from sessions.workflow.start import held_back_by
from stagiaires.enums import ExitReason, HalfDayState, ParcoursMove, ParcoursState, PositioningState
from stagiaires.facts import entry_facts_of, for_receipt, judge_admission
from stagiaires.models import ContactPoint, HalfDay, Parcours, Positioning, SensitiveFacts
from stagiaires.parcours_notices import CommitmentDue, ParcoursChanged, ParcoursOpened
from stagiaires.queries import parcours as queries
from stagiaires.workflow import acts, sensitive, timetable
from stagiaires.workflow.admission import RACES
from stagiaires.workflow.positionings import followers

ENTRY = "entree"
PURPOSE = "Vérifier les conditions d’entrée le jour venu"
STILL_SIGNED = (HalfDayState.PREVUE, HalfDayState.OUVERTE)
MOVABLE = (ParcoursState.PREVU, ParcoursState.EN_COURS, ParcoursState.SUSPENDU)


# ---- the entry


def check_registration(parcours: Parcours, hat: Membership) -> Parcours:
    """R86: the registration was looked up on nosemplois.fr."""
    with transaction.atomic():
        held = acts.hold(parcours, [ParcoursState.PREVU, ParcoursState.EN_COURS])
        acts.must_be_organisme(held, hat)
        person = held.stagiaire
        if person.registration_checked_at is None:
            person.registration_checked_at = timezone.now()
            person.save(update_fields=["registration_checked_at", "updated_at"])
            acts.note(held, "inscription", "Inscription vérifiée sur nosemplois.fr", hat)
    return held


def judge_entry(parcours: Parcours, hat: Membership) -> Judgement:
    """What the file holds on the day of entry. The sensitive facts are read for it: never on a GET."""
    acts.must_be_organisme(parcours, hat)
    return judge_admission(entry_facts_of(parcours, _sensitive(parcours, hat)))


def _sensitive(parcours: Parcours, hat: Membership) -> SensitiveFacts:
    return sensitive.read(parcours.stagiaire, hat, PURPOSE)


def obstacles_to_entry(parcours: Parcours, judgement: Judgement) -> list[str]:
    """Why one does not enter yet, in French: the charter (R84) and what the rules ask before the entry."""
    lacking = [] if parcours.charter_accepted_at else ["La charte des droits et devoirs n’est pas acceptée (R84)."]
    return lacking + [found.message(Audience.ORGANISME) for found in judgement.blocking]


def enter(parcours: Parcours, hat: Membership | None, *, on: date | None = None) -> Parcours:
    """The person enters, on the day foreseen or on `on`, with the receipt of what the file holds that day.

    `hat`: the organisme; None is the clock, which reads no sensitive fact: they were judged at the admission for
    this very day. Raises Refused before the day, or when something that precedes the entry lacks, the first of a
    session included (R104, R106).
    """
    today = timezone.localdate()
    day = on or parcours.starts_on
    with transaction.atomic():
        receipts.hold_chain()
        held = acts.hold(parcours, ParcoursMove.ENTRER.sources)
        if hat is not None:
            acts.must_be_organisme(held, hat)
        if day > today:
            raise Refused(f"L’entrée est prévue le {jour(day, weekday=False)} : elle se note ce jour-là.")
        if not held.session.starts_on <= day <= held.ends_on:
            raise Refused("L’entrée se fait pendant la session, et avant la fin du parcours.")
        if found := held_back_by(held.session):
            raise Refused(" ".join(finding.message(Audience.ORGANISME) for finding in found))
        held.starts_on = day
        facts = entry_facts_of(held, _sensitive(held, hat) if hat else None)
        if why := obstacles_to_entry(held, judge_admission(facts)):
            raise Refused(" ".join(why))
        held.entrer()
        held.save()
        receipts.issue(held, ENTRY, judge_admission(for_receipt(facts)), hat=hat)
        acts.note(held, "entre", f"Entrée en formation le {jour(day, weekday=False)}", hat)
        _tell(held, hat, "est entré en formation", "entre")
    return held


def enter_those_ready(today: date | None = None) -> int:
    """The clock: those whose day has come and whose file is whole enter. Returns how many did."""
    today = today or timezone.localdate()
    due = Parcours.objects.filter(
        state=ParcoursState.PREVU, starts_on__lte=today, ends_on__gte=today, charter_accepted_at__isnull=False,
        session__state__in=queries.OPEN_SESSIONS,
    )  # fmt: skip
    done = 0
    for one in due.order_by("pk"):
        try:
            enter(one, None)
        except Refused:
            continue  # told to the organisme by its own reminder
        done += 1
    return done


def call_off(parcours: Parcours, hat: Membership, reason: str) -> Parcours:
    """The person will not enter: the post and the place are free again, the candidacy is withdrawn with its reason."""
    _must_say(reason, "Dites pourquoi l’entrée n’aura pas lieu : le valideur le lira.")
    with transaction.atomic():
        positioning = Positioning.objects.select_for_update(of=("self",)).get(pk=parcours.positioning_id)
        held = acts.hold(parcours, ParcoursMove.ANNULER.sources)
        acts.must_be_organisme(held, hat)
        held.annuler()
        held.save()
        if positioning.state == PositioningState.ADMIS:
            positioning.closing_reason = reason.strip()
            positioning.retirer()
            positioning.save()
        acts.note(held, "annule", "Admission annulée avant l’entrée", hat, reason.strip())
        _tell(held, hat, "n’entrera pas en formation", "annule")
    return held


# ---- during


def suspend(parcours: Parcours, hat: Membership, *, until: date, reason: str) -> Parcours:
    """A job of some weeks, an illness: the post and the place are kept until the person comes back."""
    _must_say(reason, "Dites pourquoi le parcours est suspendu.")
    with transaction.atomic():
        held = acts.hold(parcours, ParcoursMove.SUSPENDRE.sources)
        acts.must_be_organisme(held, hat)
        if not timezone.localdate() < until <= held.session.ends_on:
            last = jour(held.session.ends_on, weekday=False)
            raise Refused(f"La reprise est à venir, et au plus tard le {last}, fin de la session.")
        held.suspended_until = until
        held.suspendre()
        held.save()
        away = _half_days(held, timezone.localdate(), until - timedelta(days=1))
        timetable.exempt(away.filter(state=HalfDayState.PREVUE), held, hat, suspended=True)
        acts.note(held, "suspendu", f"Suspendu jusqu’au {jour(until, weekday=False)}", hat, reason.strip())
        _tell(held, hat, f"suspend son parcours jusqu’au {jour(until, weekday=False)}", f"suspendu:{until}")
    return held


def resume(parcours: Parcours, hat: Membership, *, ends_on: date | None = None) -> Parcours:
    """The person is back; the end of the parcours may move within the session."""
    with transaction.atomic():
        held = acts.hold(parcours, ParcoursMove.REPRENDRE.sources)
        acts.must_be_organisme(held, hat)
        if ends_on is not None:
            if not held.starts_on <= ends_on <= held.session.ends_on:
                raise Refused("Le parcours finit dans la session.")
            held.ends_on = ends_on
        held.suspended_until = None
        held.reprendre()
        held.save()
        coming = _half_days(held, timezone.localdate(), held.session.ends_on)
        timetable.expect_again(coming.filter(state__in=STILL_SIGNED), held, hat, suspended=True)
        acts.note(held, "repris", "Reprise de la formation", hat)
        _tell(held, hat, "reprend la formation", f"repris:{timezone.localdate()}")
    return held


def _half_days(held: Parcours, first: date, last: date) -> QuerySet[HalfDay]:
    """Those of the session between two days, both included."""
    return HalfDay.objects.filter(session=held.session_id, on_date__range=(first, last))


def change_post(parcours: Parcours, hat: Membership, post: Post, reason: str) -> Parcours:
    """R94: another free post of the session, of another employer or not; the link is traced, both are told.

    Raises Refused when the post is not free, or was taken meanwhile.
    """
    _must_say(reason, "Dites pourquoi la personne change de poste : c’est gardé au journal.")
    with transaction.atomic():
        held = acts.hold(parcours, MOVABLE)
        acts.must_be_organisme(held, hat)
        before = held.post
        if before is None:
            raise Refused("Ce parcours ne repose sur aucun poste.")
        chosen = queries.free_posts(held.session).filter(pk=post.pk).first()
        if chosen is None:
            raise Refused(RACES["parcours_one_per_post"])
        held.post = chosen
        with lost_race(RACES):
            held.save(update_fields=["post"])
        label = f"Du poste de {before.intention.employer} à celui de {chosen.intention.employer}"
        acts.note(held, "poste", label, hat, reason.strip())
        title = f"{held.session.title} ({held.session.number})"
        once = f"poste:{before.pk}:{chosen.pk}:{timezone.now().isoformat()}"
        if before.intention.employer_id != chosen.intention.employer_id:
            told = f"{title} : un stagiaire ne se destine plus à votre poste, qui est de nouveau libre"
            acts.tell(ParcoursChanged, acts.employer_people(before), held, told, once=once)
            told = f"{title} : un stagiaire se destine maintenant à votre poste"
            acts.tell(ParcoursOpened, acts.employer_people(chosen), held, told, once=once)
    return held


def note_contact(
    parcours: Parcours, hat: Membership, text: str, *, on_date: date, after_stage: bool, employer_present: bool
) -> ContactPoint:
    """R96: a word between the trainer, the employer and the person."""
    _must_say(text, "Écrivez ce qui s’est dit.")
    with transaction.atomic():
        held = acts.hold(parcours, [ParcoursState.EN_COURS, ParcoursState.SUSPENDU, ParcoursState.ACHEVE])
        acts.must_be_organisme(held, hat)
        if not held.starts_on <= on_date <= timezone.localdate():
            raise Refused("Un point d’étape est daté d’un jour passé du parcours.")
        made = ContactPoint.objects.create(
            parcours=held, on_date=on_date, after_stage=after_stage, employer_present=employer_present,
            text=text.strip(), made_by=hat,
        )  # fmt: skip
        label = "Point d’étape après une période en entreprise" if after_stage else "Point d’étape"
        acts.note(held, "point", label, hat)
    return made


# ---- the exit


def leave(parcours: Parcours, hat: Membership, *, on: date, reason: str, note: str = "") -> Parcours:
    """The person gives up before the term, for a coded reason (R84); the post and the place are free again (R74)."""
    with transaction.atomic():
        held = _exit(parcours, hat, on, ParcoursMove.ABANDONNER.sources)
        if reason not in ExitReason.values:
            raise Refused("Choisissez un motif de sortie.")
        if reason == ExitReason.AUTRE:
            _must_say(note, "Précisez le motif de sortie.")
        held.exit_reason, held.exit_note = reason, note.strip()
        held.abandonner()
        held.save()
        # The reason, an illness perhaps, is read on the file for its time: this line stays.
        acts.note(held, "abandonne", f"Sortie le {jour(on, weekday=False)}", hat, held.exit_note)
        _tell(held, hat, "quitte la formation", "abandonne")
    return held


def exclude(parcours: Parcours, hat: Membership, *, on: date, note: str) -> Parcours:
    """The organisme excludes, as the charter says (R84), and writes why."""
    _must_say(note, "Dites ce qui est reproché : le valideur et la Région le liront.")
    with transaction.atomic():
        held = _exit(parcours, hat, on, ParcoursMove.EXCLURE.sources)
        held.exit_reason, held.exit_note = ExitReason.DISCIPLINE, note.strip()
        held.exclure()
        held.save()
        acts.note(held, "exclu", f"Exclusion le {jour(on, weekday=False)}", hat, held.exit_note)
        _tell(held, hat, "est exclu de la formation", "exclu")
    return held


def complete(parcours: Parcours, hat: Membership, *, on: date | None = None) -> Parcours:
    """The person went to the end; his employer is asked whether he hires (R93)."""
    day = on or min(parcours.ends_on, timezone.localdate())
    with transaction.atomic():
        held = _exit(parcours, hat, day, ParcoursMove.ACHEVER.sources)
        held.achever()
        held.save()
        acts.note(held, "acheve", f"Parcours achevé le {jour(day, weekday=False)}", hat)
        _tell(held, hat, "a achevé la formation", "acheve", but_employer=True)
        if held.post is not None:
            text = f"{held.session.title} ({held.session.number}) : la formation de votre stagiaire est finie."
            text += " Dites si vous l’embauchez."
            acts.tell(CommitmentDue, acts.employer_people(held.post), held, text, once="acheve")
    return held


def complete_all(rows: list[Parcours], hat: Membership) -> int:
    """Those of a group whose last day has passed, all at once. Returns how many."""
    with transaction.atomic():
        for one in sorted(rows, key=lambda row: row.pk):
            complete(one, hat, on=one.ends_on)
    return len(rows)


def _exit(parcours: Parcours, hat: Membership, on: date, states: tuple[str, ...]) -> Parcours:
    held = acts.hold(parcours, states)
    acts.must_be_organisme(held, hat)
    if not held.starts_on <= on <= timezone.localdate():
        raise Refused("Le dernier jour est un jour passé du parcours.")
    if on > held.ends_on + timedelta(days=31):
        raise Refused("Le dernier jour est loin après la fin prévue : vérifiez la date.")
    held.left_on, held.suspended_until = on, None
    return held


def _must_say(text: str, otherwise: str) -> None:
    if not text.strip():
        raise Refused(otherwise)


def _tell(held: Parcours, hat: Membership | None, words: str, once: str, *, but_employer: bool = False) -> None:
    """The valideur who follows the person, and the employer of the post."""
    text = f"{held.session.title} ({held.session.number}) : une personne que vous suivez {words}"
    acts.tell(ParcoursChanged, followers(held.positioning), held, text, once=once)
    intention: Intention | None = held.post.intention if held.post else None
    if intention is not None and not but_employer:
        text = f"{held.session.title} ({held.session.number}) : le stagiaire de votre poste {words}"
        acts.tell(ParcoursChanged, acts.employer_people(held.post), held, text, once=once)
