"""What candidacies ask of each: to answer, to give one's opinion, to know what has become of those proposed."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from core.accounts.models import Membership
from core.ui.french import jour
from core.ui.pagination import count_up_to_cap
from core.ui.parts import Todo
from stagiaires.enums import PositioningState
from stagiaires.models import CandidateOpinion, Positioning
from stagiaires.queries import positionings as queries


def for_valideur(hat: Membership) -> Iterator[Todo]:
    """Answers that are late, then those that are awaited."""
    waiting = queries.visible_to(hat).filter(state__in=PositioningState.waiting())
    late = count_up_to_cap(waiting.filter(answer_due_on__lt=timezone.localdate()))
    if late:
        yield Todo(
            late.text("candidature sans réponse", "candidatures sans réponse"),
            "La date annoncée est passée : l’organisme est relancé, puis la Région est prévenue.",
            tone="non",
            url=f"{reverse('positionnements')}?suivi=retard",
            action="Voir lesquelles",
        )
    awaited = waiting.filter(answer_due_on__gte=timezone.localdate())
    if count := count_up_to_cap(awaited):
        yield Todo(
            count.text("candidature attend sa réponse", "candidatures attendent leur réponse"),
            _due(awaited),
            url=f"{reverse('positionnements')}?suivi=attente",
            action="Suivre",
        )


def for_organisme(hat: Membership) -> Iterator[Todo]:
    """Candidates whom nobody has answered yet."""
    new = queries.visible_to(hat).filter(state=PositioningState.PROPOSE)
    count = count_up_to_cap(new)
    if count:
        late = new.filter(answer_due_on__lt=timezone.localdate()).exists()
        yield Todo(
            count.text("candidature à étudier", "candidatures à étudier"),
            "Des conseillers attendent depuis plus longtemps qu’annoncé." if late else _due(new),
            tone="non" if late else "doute",
            url=f"{reverse('positionnements')}?etat={PositioningState.PROPOSE}",
            action="Étudier",
        )


def for_employer(hat: Membership) -> Iterator[Todo]:
    """Candidates of whom this employer has said nothing yet (R88)."""
    said = CandidateOpinion.objects.filter(positioning=OuterRef("pk"), author__organisation=hat.organisation_id)
    silent = queries.visible_to(hat).filter(~Exists(said), state__in=PositioningState.waiting())
    count = count_up_to_cap(silent)
    if count:
        yield Todo(
            f"{count.text('candidat', 'candidats')} : votre avis",
            "L’organisme décide ; votre avis compte et reste au dossier.",
            tone="doute",
            url=f"{reverse('positionnements')}?suivi=attente",
            action="Donner votre avis",
        )


def _due(waiting: QuerySet[Positioning]) -> str:
    """When the next answer is owed."""
    first = waiting.exclude(answer_due_on=None).order_by("answer_due_on", "pk").values_list("answer_due_on", flat=True)
    day = next(iter(first[:1]), None)
    return f"Prochaine réponse attendue le {jour(day, weekday=False)}." if day else ""
