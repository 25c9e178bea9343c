"""People in training on some sessions of the year: admitted, signed for, followed to a job. All invented."""

import random
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.queries import active_hats
from core.journal.refusals import Refused
from core.months import first_of, last_of, months_between, next_of
from intentions.models import Post
from intentions.rules import Milestone
from pilotage.demo import attendance
from pilotage.demo.clock import at, working_day
from pilotage.demo.people import FIRST, LAST, World, phone
from sessions.enums import AccessMode
from sessions.models import Session
from stagiaires.enums import CertificationResult, ExitReason, Level, ParcoursState, RegistrationCategory
from stagiaires.facts import Place, usual_place
from stagiaires.models import Parcours, Positioning
from stagiaires.queries.parcours import free_posts, intentions_of
from stagiaires.workflow import (
    admission,
    closing,
    commitments,
    documents,
    hires,
    outcomes,
    parcours,
    positionings,
    sensitive,
)

# How many groups at each age: the demonstration's own organisme, then the others.
WANTED = {True: {"finie": 2, "en_cours": 2, "a_venir": 1}, False: {"finie": 1, "en_cours": 1, "a_venir": 1}}
LATELY = 100  # days since the end of a group whose last words are still to be given by the visitor
COMING = 20  # days before the start, from which a group is admitted
PEOPLE = 4  # by group
FATES = (
    (ExitReason.SANTE, "", "", "point"),
    ("", "poste", "suspendu", "point"),
    ("", "", ExitReason.EMPLOI, "point"),
)
PURPOSE = "Constituer le dossier d’entrée"
NEW_PLACE = "Le trajet vers le premier employeur est trop long."
SUSPENDED = "Mission de deux semaines dans le même métier."
WORDS = "Le tuteur confirme que la personne prend ses marques ; les gestes de base sont acquis."
FAILED = "L’épreuve pratique est à repasser ; l’employeur attend la certification pour embaucher."


def follow(world: World, session: Session) -> bool:
    """Note what becomes of a session just authorised, when it is one that is to have its group. Returns whether."""
    today = world.diary.today
    if session.starts_on > today + timedelta(days=COMING):
        return False
    age = "a_venir" if session.starts_on > today else "en_cours"
    if session.ends_on < today - timedelta(days=14):
        age = "finie"
    own = session.organisme_id == world.hats["organisme"].organisation_id
    if sum(known == (own, age) for known in world.groups.values()) >= WANTED[own][age]:
        return False
    Group(world, session, len(world.groups)).begin()
    world.groups[session.pk] = (own, age)
    return True


class Group:
    """The people of one session, act by act, noted in the diary. Draws from its own chance."""

    def __init__(self, world: World, session: Session, rank: int) -> None:
        self.world, self.session, self.rank = world, session, rank
        self.rng = random.Random(session.number)  # noqa: S311 nothing secret is drawn
        self.trainer = world.organismes[session.organisme_id]
        self.keeper = next(hat for hat in world.desk if hat.user_id == session.lot.gestionnaire_id)
        self.is_own = session.organisme_id == world.hats["organisme"].organisation_id
        self.has_papers = self.is_own and session.ends_on > world.diary.today
        self.candidates: list[Positioning] = []
        self.named = attendance.TRAINERS[rank % len(attendance.TRAINERS)]

    def begin(self) -> None:
        """Note the candidacies, the admissions, the entry, each month, what happens meanwhile, the end."""
        note, start, end = self.world.diary.note, self.session.starts_on, self.session.ends_on
        note(at(start - timedelta(days=24), 10), self.propose)
        note(at(working_day(start - timedelta(days=14)), 11), self.admit)
        note(at(start - timedelta(days=5), 10), self.plan)
        note(at(start, 0, 40), self.enter)
        half = working_day(start + (end - start) / 2)
        note(at(half, 18), self.go_on)
        note(at(working_day(half + timedelta(days=9)), 8), self.replace)
        self._note_months()
        note(at(working_day(end + timedelta(days=3)), 11), self.end)
        note(at(working_day(end + timedelta(days=12)), 14), self.balance)

    # ---- before the start

    def propose(self) -> None:
        """One person more than will be admitted; the demonstration's own valideur every other time."""
        for rank in range(PEOPLE + 1):
            advisor = self.world.hats["valideur"] if rank % 2 == 0 else self.world.valideurs[rank % 3]
            try:
                made, _ = positionings.propose(self.session, self._person(rank), advisor)
            except Refused:  # the session was withdrawn, or is full otherwise
                return
            sensitive.write(made.stagiaire, advisor, PURPOSE, self._situation(rank))
            self.candidates.append(made)

    def admit(self) -> None:
        """Admit as many as there are places; the last one is told of another way."""
        for rank, one in enumerate(self.candidates):
            self.session.refresh_from_db()
            if rank >= min(PEOPLE, self.session.seats):
                self._refuse(one)
                continue
            try:
                admission.admit(one, self.trainer, self._place(), acknowledged=["P14"])
            except Refused:  # the session was withdrawn
                return

    def _refuse(self, one: Positioning) -> None:
        values = {
            "refusal_reason": "projet",
            "refusal_text": "Le projet demande encore une découverte du métier.",
            "proposal": "Une immersion de deux semaines chez un employeur, puis la prochaine session.",
            "refresher_offered": False,
            "proposed_session": None,
        }
        positionings.refuse(one, self.trainer, values)

    def _place(self) -> Place:
        usual = usual_place(self.session)
        return Place(starts_on=usual.starts_on, ends_on=usual.ends_on, post=self._free_post(), hours=usual.hours)

    def _free_post(self) -> Post | None:
        """A post of the demonstration's own employer first."""
        if self.session.access_mode != AccessMode.INTENTION:
            return None
        own = self.world.hats["employeur"].organisation_id
        return min(free_posts(self.session), key=lambda post: post.intention.employer_id != own, default=None)

    def _person(self, rank: int) -> dict[str, Any]:
        rng, number = self.rng, self.rank * (PEOPLE + 2) + rank
        return {
            "first_name": rng.choice(FIRST),
            "last_name": rng.choice(LAST),
            "birth_on": date(rng.randint(1972, 2004), rng.randint(1, 12), rng.randint(1, 28)),
            "email": f"stagiaire.{number + 1}@exemple.test",
            "phone": phone(rng),
            "ft_identifier": f"{5_000_000 + number * 41:07d}{'ABCDEFGH'[number % 8]}",
            "category": RegistrationCategory.values[number % 3],
            "level": [level.value for level in Level][number % 6],
            "sex": ("femme", "homme")[number % 2],
            "project": "emploi_salarie",
            "project_validated": True,
        }

    def _situation(self, rank: int) -> dict[str, Any]:
        permit = {"work_permit_needed": True, "work_permit_until": self.session.ends_on + timedelta(days=200)}
        return (permit if rank == 1 else {"work_permit_needed": False}) | {
            "from_siae": False,
            "allowance": bool(rank % 2),
        }

    def plan(self) -> None:
        if self._members():
            attendance.plan_timetable(self.session, self.named, self.trainer)

    def enter(self) -> None:
        """All enter. The papers of one are made; of the others it is only noted that they were: a file takes time."""
        now, members = timezone.now(), self._members(ParcoursState.PREVU)
        for one in members[: self.has_papers]:
            documents.make_contract(one, self.trainer)
            documents.accept_charter(one, self.trainer)
        ready = Parcours.objects.filter(pk__in=[one.pk for one in members])
        ready.filter(contract_made_at=None).update(contract_made_at=now)
        ready.filter(charter_accepted_at=None).update(charter_accepted_at=now)
        ready.update(commitment_signed_at=now)
        parcours.enter_those_ready()

    # ---- meanwhile

    def go_on(self) -> None:
        """Half-way: one leaves, one is away for two weeks, one changes employer, the trainer has called another."""
        today = timezone.localdate()
        for fate, one in zip(FATES[self.rank % len(FATES)], self._members(ParcoursState.EN_COURS), strict=False):
            other = self._free_post()
            match fate:
                case ExitReason.SANTE | ExitReason.EMPLOI:
                    parcours.leave(one, self.trainer, on=today, reason=fate)
                case "suspendu" if today + timedelta(days=14) < self.session.ends_on:
                    parcours.suspend(one, self.trainer, until=today + timedelta(days=14), reason=SUSPENDED)
                    self.world.diary.note(at(today + timedelta(days=14), 8), partial(self.resume, one))
                case "poste" if one.post is not None and other is not None:
                    parcours.change_post(one, self.trainer, other, NEW_PLACE)
                case "point":
                    parcours.note_contact(
                        one, self.trainer, WORDS, on_date=today, after_stage=True, employer_present=True
                    )
        employers = [one.employer for one in intentions_of(self.session)[:1] if one.employer]
        for employer in employers:
            commitments.note_step(self.session, employer, Milestone.STAGE, self.trainer, today)

    def resume(self, one: Parcours) -> None:
        parcours.resume(one, self.trainer)

    def replace(self) -> None:
        """R74: another takes the post that was left; the organisme brings him, and he keeps up with the group."""
        gone = Parcours.objects.filter(session=self.session, state=ParcoursState.ABANDONNE).order_by("pk").first()
        post = self._free_post()
        if gone is None or post is None:  # without an intention, the Région pays nobody who joins a group (R73)
            return
        made, _ = positionings.propose(self.session, self._person(PEOPLE + 1), self.trainer)
        sensitive.write(made.stagiaire, self.trainer, PURPOSE, self._situation(0))
        usual = usual_place(self.session)
        left = (self.session.ends_on - timezone.localdate()) / (self.session.ends_on - self.session.starts_on)
        hours = {name: Decimal(round(value * int(left * 100) / 100)) for name, value in usual.hours.items()}
        place = Place(
            starts_on=timezone.localdate(), ends_on=usual.ends_on, post=post, replaces=gone,
            progression_certified=True, hours=hours,
        )  # fmt: skip
        admission.admit(made, self.trainer, place, acknowledged=["P14"])
        self.enter()

    def _note_months(self) -> None:
        """Each month is signed as it goes, locked on its third day after, confirmed three days later.

        Of a group that runs, the last whole month still waits: for the demonstration's own organisme to lock it, for
        the Région to confirm it elsewhere.
        """
        diary, last_day = self.world.diary, self.world.diary.today - timedelta(days=1)
        months = months_between(self.session.starts_on, min(self.session.ends_on, last_day))
        whole = [month for month in months if last_of(month) <= last_day or self.session.ends_on <= last_day]
        running = self.session.ends_on > last_day
        for month in months:
            if month not in whole:
                continue
            after = next_of(month)
            latest = running and month == whole[-1]
            last = min(last_of(month), self.session.ends_on)
            diary.note(at(last, 20), partial(self.sign, month, last))
            if not (latest and self.is_own):
                diary.note(at(working_day(after + timedelta(days=2)), 10), partial(self.lock, month))
            if not latest:
                diary.note(at(working_day(after + timedelta(days=5)), 15), partial(self.confirm, month))
        if running:
            diary.note(at(last_day, 20), partial(self.sign, first_of(last_day), last_day, unsaid=2 * self.is_own))
            diary.note(at(last_day, 21), self.give_link)

    def sign(self, first: date, last: date, *, unsaid: int = 0) -> None:
        if self._has_timetable():
            attendance.sign(self.session, first, last, self.trainer, self.rng, unsaid=unsaid)

    def lock(self, month: date) -> None:
        """Sealed by the organisme; in one group out of two, a line of the month was wrong and is put right before."""
        if not self._has_timetable(month):
            return
        if self.rank % 2 == 0:
            attendance.correct_one(self.session, month, self.trainer)
        attendance.lock(self.session, month, self.trainer)

    def confirm(self, month: date) -> None:
        attendance.confirm(self.session, month, self.keeper)

    def give_link(self) -> None:
        if self._has_timetable():
            attendance.give_link(self.session, self.named, self.trainer)

    def _has_timetable(self, month: date | None = None) -> bool:
        rows = self.session.half_days.all()
        return (rows.filter(on_date__range=(month, last_of(month))) if month else rows).exists()

    # ---- the end

    def end(self) -> None:
        """Those who went to the end are done, their results noted, one hire in two confirmed."""
        left = self.is_own and self.session.ends_on > self.world.diary.today - timedelta(days=LATELY)
        for rank, one in enumerate(self._members(ParcoursState.EN_COURS)):
            done = parcours.complete(one, self.trainer, on=one.ends_on)
            if left and rank == 0:  # its result, and the word of its employer, are for the visitor to give
                self._hire(done, confirmed=False)
                continue
            result = CertificationResult.ECHEC if rank == 1 else CertificationResult.TOTALE
            outcomes.note_outcome(done, self.trainer, result=result, skills_profile_updated=bool(rank % 2))
            if rank == 1:
                outcomes.ask_recovery(done, self.trainer, recovery="complement", words=FAILED, employer_asks=True)
            else:
                self._hire(done, confirmed=rank % 2 == 0)

    def _hire(self, done: Parcours, *, confirmed: bool) -> None:
        """By the employer of the post, who confirms or has it to do."""
        if done.post is None:
            return
        intention = done.post.intention
        made = hires.declare(
            done, self.trainer, employer=intention.employer, contract="cdi", weekly_hours=intention.weekly_hours,
            starts_on=working_day(self.session.ends_on + timedelta(days=5)),
        )  # fmt: skip
        by = active_hats(organisation=intention.employer, organisation__kind=OrganisationKind.EMPLOYEUR).first()
        if confirmed and by is not None:
            hires.confirm(made, by)

    def balance(self) -> None:
        """The groups that have noted everything."""
        self.session.refresh_from_db()
        if self._has_timetable() and not closing.lacks_for_balance(self.session):
            closing.take_stock(self.session, self.trainer)

    def _members(self, state: str = "") -> list[Parcours]:
        rows = Parcours.objects.filter(session=self.session).select_related("session", "post__intention__employer")
        return list((rows.filter(state=state) if state else rows.exclude(state=ParcoursState.ANNULE)).order_by("pk"))
