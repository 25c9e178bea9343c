"""What follows a training: what became of each, what he thinks of it, and what partners are told every month.

The clock asks, as its daily task would; some answer, some are still to be called. All invented.
"""

from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

from django.db.models.functions import Coalesce
from django.utils import timezone

from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.months import first_of, months_between
from pilotage.demo.clock import at, working_day
from pilotage.demo.people import World
from stagiaires.enums import ExternalState, FilePart, HireContract, Partner, Situation
from stagiaires.models import ExchangeFile, ExternalEvent, Opinion, Parcours, Survey
from stagiaires.queries.parcours import OVER
from stagiaires.workflow import surveys, trainee_opinions
from stagiaires.workflow.exchanges import answers, events, files, months

EVERY = 7  # days between two rounds of questions
FIRST = 120  # days lived before anybody can have ended
SILENT, BY_LINK, BY_PHONE = "", "lien", "telephone"
ANSWERS = (
    (BY_LINK, Situation.EMPLOI_INTENTION),
    (BY_LINK, Situation.EMPLOI_AUTRE),
    (SILENT, ""),
    (BY_PHONE, Situation.RECHERCHE),
    (BY_LINK, Situation.FORMATION),
    (SILENT, ""),
    (BY_LINK, Situation.EMPLOI_INTENTION),
)
JOB: dict[str, Any] = {
    "contract": HireContract.CDI,
    "months": None,
    "employer_name": "Atelier des Deux Rives",
    "linked_to_training": True,
}
TEXTS = (
    "Une équipe à l’écoute et des machines récentes. Les deux stages m’ont permis de choisir mon métier.",
    "Très bonne ambiance. Les premières semaines vont vite quand on ne connaît rien au métier.",
    "Le trajet était long, mais l’organisme a trouvé un covoiturage. Je travaille depuis dans l’entreprise du stage.",
)
THANKS = "Merci pour ce retour : la première semaine comptera une journée de remise à niveau de plus."
RECENT = 45  # days: a refusal of a partner that nobody has looked at yet
REFUSED = "Le numéro de la certification n’est pas connu à cette date."


def note_afterwards(world: World) -> None:
    """Note the rounds of questions, the files of each month, and the last look at what AGORA has not heard."""
    diary, after = world.diary, Afterwards(world)
    last = diary.today - timedelta(days=1)
    for day in range(FIRST, (last - diary.since).days + 1, EVERY):
        diary.note(at(diary.since + timedelta(days=day), 7), after.ask)
    for month in months_between(diary.since, last):
        diary.note(at(working_day(month + timedelta(days=9)), 10), after.tell)
    diary.note(at(last, 23), after.tell_the_rest)


class Afterwards:
    """Answers are taken in turn, so that the same year tells the same story."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.ranks = count()
        self.opinions = count()
        self.given = count(1)
        self.asked: set[int] = set()
        self.wondered: set[int] = set()

    # ---- the person

    def ask(self) -> None:
        """What has fallen due, and what each will say in some days."""
        surveys.open_due()
        surveys.send_due()
        trainee_opinions.ask_due()
        later = self.world.diary.moment + timedelta(days=2, hours=11)
        fresh = Survey.objects.filter(answered_at=None, asked_at__isnull=False).exclude(pk__in=self.asked)
        for survey in fresh.order_by("due_on", "pk"):
            self.asked.add(survey.pk)
            way, situation = ANSWERS[next(self.ranks) % len(ANSWERS)]
            if way:
                self.world.diary.note(later, partial(self.answer, survey, situation, way))
        week = timezone.localdate() - timedelta(days=EVERY)
        over = Parcours.objects.filter(state__in=OVER).exclude(pk__in=self.wondered)
        for one in over.annotate(ended=Coalesce("left_on", "ends_on")).filter(ended__lte=week).order_by("pk"):
            self.wondered.add(one.pk)
            self.world.diary.note(later, partial(self.give, one))

    def answer(self, survey: Survey, situation: str, way: str) -> None:
        job = JOB | {"employed_since": survey.due_on - timedelta(days=20)}
        if situation == Situation.EMPLOI_INTENTION and survey.parcours.post is None:
            situation = Situation.EMPLOI_AUTRE  # nobody had a post for him: his page would not offer it
        hat = self._caller(survey) if way == BY_PHONE else None
        surveys.answer(survey, {"situation": situation, "comment": "", **job}, hat)

    def _caller(self, survey: Survey) -> Membership:
        """Of the agency that proposed the person, else of the organisme."""
        one = Parcours.objects.select_related("positioning__advisor").get(pk=survey.parcours_id)
        if one.positioning.valideur_id and one.positioning.advisor:
            return one.positioning.advisor
        return self.world.organismes[one.organisme_id]

    def give(self, one: Parcours) -> None:
        """Five notes; the first write some words: the last of these still waits to be read by the Région."""
        rank = next(self.opinions)
        notes = {name: 5 - (rank + place) % (2 + place % 3) for place, name in enumerate(trainee_opinions.NOTES)}
        words = TEXTS[rank] if rank < len(TEXTS) else ""
        made = trainee_opinions.give(Parcours.objects.get(pk=one.pk), {**notes, "text": words})
        if words and rank < len(TEXTS) - 1:
            self.world.diary.note(
                self.world.diary.moment + timedelta(days=3), partial(self.publish, made, answered=rank > 0)
            )

    def publish(self, made: Opinion, *, answered: bool) -> None:
        shown = trainee_opinions.publish(made, self.world.hats["gestionnaire"])
        if answered:
            trainee_opinions.answer(shown, self.world.organismes[shown.parcours.organisme_id], THANKS)

    # ---- the partners

    def tell(self) -> None:
        """AGORA's file of the month, and the presences of the month before for the ASP, handed over by the Région."""
        hat, today = self.world.hats["gestionnaire"], timezone.localdate()
        before = first_of(first_of(today) - timedelta(days=1))
        for make in (partial(files.prepare, Partner.AGORA, hat), partial(months.prepare, Partner.ASP, before, hat)):
            try:
                made = make()
            except Refused:  # nothing waits, or nothing is confirmed
                continue
            files.take(made, FilePart.TOUT, hat)
            self.world.diary.note(self.world.diary.moment + timedelta(days=4), partial(self.hear, made))

    def hear(self, made: ExchangeFile) -> None:
        """The partner takes all; of a recent file, all but one."""
        hat, sent = self.world.hats["gestionnaire"], ExternalEvent.objects.filter(file=made)
        recent = made.made_at.date() > self.world.diary.today - timedelta(days=RECENT)
        for rank, event in enumerate(sent.filter(state=ExternalState.ENVOYE).order_by("id")):
            if recent and rank == 0:
                answers.refuse(event, hat, reason=REFUSED)
            else:
                answers.accept(event, hat, remote_id=f"AG{next(self.given):06d}")

    def tell_the_rest(self) -> None:
        """What an act has not told, as it is when the exchanges begin in the middle of a year."""
        for _ in events.back_fill(date.min):
            pass
