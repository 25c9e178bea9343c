"""What candidacies ask of each: to answer, to give one's opinion, to know what has become of those proposed."""

from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.ui.french import jour
from core.ui.pagination import Counted
from core.ui.parts import Todo
from pilotage.asking import Ask, Row, how_many, how_many_and_first
from stagiaires.enums import PositioningState
from stagiaires.models import CandidateOpinion, Positioning
from stagiaires.queries import positionings as queries


def for_valideur(hat: Membership) -> list[Ask]:
    """Answers that are late, then those that are awaited."""
    waiting = queries.visible_to(hat).filter(state__in=PositioningState.waiting())
    awaited = waiting.filter(answer_due_on__gte=timezone.localdate())
    return [
        how_many(
            waiting.filter(answer_due_on__lt=timezone.localdate()),
            lambda late: Todo(
                late.text("candidature sans réponse", "candidatures sans réponse"),
                "La date annoncée est passée : l’organisme est relancé, puis la Région est prévenue.",
                tone="non",
                url=f"{reverse('positionnements')}?suivi=retard",
                action="Voir lesquelles",
            ),
        ),
        how_many_and_first(
            _by_answer(awaited),
            lambda count, first: Todo(
                count.text("candidature attend sa réponse", "candidatures attendent leur réponse"),
                _due(first),
                url=f"{reverse('positionnements')}?suivi=attente",
                action="Suivre",
            ),
            due="answer_due_on",
        ),
    ]


def for_organisme(hat: Membership) -> list[Ask]:
    """Candidates whom nobody has answered yet."""

    def told(count: Counted, first: Row) -> Todo:
        late = bool(first["due"]) and date.fromisoformat(first["due"]) < timezone.localdate()
        return Todo(
            count.text("candidature à étudier", "candidatures à étudier"),
            "Des conseillers attendent depuis plus longtemps qu’annoncé." if late else _due(first),
            tone="non" if late else "doute",
            url=f"{reverse('positionnements')}?etat={PositioningState.PROPOSE}",
            action="Étudier",
        )

    new = queries.visible_to(hat).filter(state=PositioningState.PROPOSE)
    return [how_many_and_first(_by_answer(new), told, due="answer_due_on")]


def for_employer(hat: Membership) -> list[Ask]:
    """Candidates of whom this employer has said nothing yet (R88)."""
    said = CandidateOpinion.objects.filter(positioning=OuterRef("pk"), author__organisation=hat.organisation_id)
    silent = queries.visible_to(hat).filter(~Exists(said), state__in=PositioningState.waiting())
    return [
        how_many(
            silent,
            lambda count: Todo(
                f"{count.text('candidat', 'candidats')} : votre avis",
                "L’organisme décide ; votre avis compte et reste au dossier.",
                tone="doute",
                url=f"{reverse('positionnements')}?suivi=attente",
                action="Donner votre avis",
            ),
        )
    ]


def _by_answer(waiting: QuerySet[Positioning]) -> QuerySet[Positioning]:
    """The one to be answered first comes first, those without a date last."""
    return waiting.order_by(F("answer_due_on").asc(nulls_last=True), "pk")


def _due(first: Row) -> str:
    """When the next answer is owed."""
    return (
        f"Prochaine réponse attendue le {jour(date.fromisoformat(first['due']), weekday=False)}."
        if first["due"]
        else ""
    )
