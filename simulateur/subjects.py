"""What can be simulated: an intention, a request, an aid; for each, who reads, the rules, the pages of questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from core.rules import Actor, Audience, Facts, RuleSet
from intentions import aids
from intentions.aids import AidKind
from intentions.rules import RULES as INTENTION
from sessions.rules import RULES as REQUEST
from simulateur.questions import aids as aid_questions
from simulateur.questions import intention as intention_questions
from simulateur.questions import request as request_questions
from simulateur.questions.base import QuestionPage


@dataclass(frozen=True)
class Subject:
    """One thing that anybody may have judged here.

    `left_out` says why a fact is neither asked nor worked out. `title` heads the result.
    """

    ruleset: RuleSet
    slug: str
    title: str
    question: str
    audience: Audience
    actor: Actor
    pages: tuple[type[QuestionPage], ...]
    left_out: Mapping[str, str]

    @property
    def code(self) -> str:
        return self.ruleset.subject

    @property
    def facts(self) -> type[Facts]:
        return self.ruleset.facts

    @cached_property
    def questions(self) -> dict[str, tuple[str, str]]:
        """Each fact that is asked: its page, its question."""
        return {fact: (page.slug, name) for page in self.pages for fact, name in page.question_of().items()}

    @cached_property
    def derived(self) -> dict[str, str]:
        """Each fact that a page works out from its answers, and from which."""
        return {fact: source for page in self.pages for fact, source in page.derived.items()}

    def page(self, slug: str) -> type[QuestionPage] | None:
        return next((page for page in self.pages if page.slug == slug), None)

    def after(self, page: type[QuestionPage]) -> type[QuestionPage] | None:
        rank = self.pages.index(page) + 1
        return self.pages[rank] if rank < len(self.pages) else None

    def before(self, page: type[QuestionPage]) -> type[QuestionPage] | None:
        rank = self.pages.index(page)
        return self.pages[rank - 1] if rank else None


SUBJECTS: dict[str, Subject] = {
    subject.code: subject
    for subject in (
        Subject(
            INTENTION,
            "embauche",
            "Un projet d’embauche",
            "Mon projet d’embauche est-il éligible\u00a0?",
            Audience.EMPLOYEUR,
            Actor.EMPLOYEUR,
            intention_questions.PAGES,
            intention_questions.LEFT_OUT,
        ),
        Subject(
            REQUEST,
            "session",
            "Une demande de session",
            "Ma demande de session tient-elle\u00a0?",
            Audience.ORGANISME,
            Actor.ORGANISME,
            request_questions.PAGES,
            request_questions.LEFT_OUT,
        ),
        Subject(
            aids.RULES,
            "aides",
            "Une aide après l’embauche",
            "À quelle aide ai-je droit après l’embauche\u00a0?",
            Audience.EMPLOYEUR,
            Actor.EMPLOYEUR,
            aid_questions.PAGES,
            aid_questions.LEFT_OUT,
        ),
    )
}
BY_SLUG = {subject.slug: subject for subject in SUBJECTS.values()}
AIDS = {kind.value: kind for kind in AidKind}
