"""The questions: answers go from page to page with the address, nothing is kept."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.rulebook.parameters import Editions
from core.rules import Facts, Judgement
from core.rules.links import BrokenLink, read_link, write_facts
from core.rules.reading import read_facts
from core.ui.citations import citation_for
from core.ui.parts import Crumb, Step
from intentions.aids import AidFacts
from intentions.verdicts import VerdictView, view_of
from simulateur.questions.base import QuestionPage
from simulateur.subjects import AIDS, BY_SLUG, SUBJECTS, Subject
from simulateur.verdicts import Simulation, judge

AID_RULES = ("R127", "R128", "R129", "R130", "R131", "R132")


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What one may ask."""
    doors = [(SUBJECTS[code], address(SUBJECTS[code], SUBJECTS[code].pages[0])) for code in ("intention", "demande")]
    return render(request, "simulateur/accueil.html", {"doors": doors})


@login_not_required
@require_safe
def aids(request: HttpRequest) -> HttpResponse:
    """The neighbouring aids, for a project that comes after the hire."""
    found = [(kind, reverse("simulateur_aide", args=[kind.value])) for kind in AIDS.values()]
    quoted = [{"rule": rule, **vars(cited)} for rule in AID_RULES if (cited := citation_for(rule))]
    context = {"aids": found, "quoted": quoted, "crumbs": [_home(), Crumb("Après l’embauche")]}
    return render(request, "simulateur/aides.html", context)


@login_not_required
@require_safe
def aid(request: HttpRequest, aide: str) -> HttpResponse:
    """The questions of one aid."""
    kind = AIDS.get(aide)
    if kind is None:
        raise Http404
    subject = SUBJECTS["aide"]
    return _answering(
        request, subject, subject.pages[0], known=lambda facts: facts.with_facts(aid=kind), start=AidFacts(aid=kind)
    )


@login_not_required
@require_safe
def questions(request: HttpRequest, sujet: str, page: str) -> HttpResponse:
    """One page of questions of an intention or of a request."""
    subject = BY_SLUG.get(sujet)
    chosen = subject.page(page) if subject and subject.code != "aide" else None
    if subject is None or chosen is None:
        raise Http404
    return _answering(request, subject, chosen, known=lambda facts: facts, start=subject.facts())


def _answering(
    request: HttpRequest,
    subject: Subject,
    page: type[QuestionPage],
    *,
    known: Callable[[Facts], Facts],
    start: Facts,
) -> HttpResponse:
    """Show the page; judge what is typed; go on when nothing of it is wrong and nothing more is asked."""
    try:
        facts = known(carried_facts(request.GET["faits"], subject)) if request.GET.get("faits") else start
    except BrokenLink as problem:
        return broken(request, str(problem))
    editions = Editions()
    sent = "vu" in request.GET
    form = page(request.GET if sent else None, facts=facts)
    if sent:
        form.is_valid()
        facts = facts.with_facts(**form.answers())
    judgement = judge(subject.code, facts, editions.today())
    wanted = form.wanted(judgement)
    shown = [name for name in request.GET.get("precisions", "").split(",") if name]
    if request.headers.get("HX-Request"):
        return _fragment(request, subject, page, judgement, wanted, renew=wanted != shown)
    if sent and not form.errors and not set(wanted) - set(shown):
        return redirect(_next(subject, page, judgement))
    more = sent and not form.errors
    if more:  # other questions appear: their answers are known from the facts, the others from what was typed
        form = page(facts=facts)
    form.keep_only(wanted)
    form.say_figures(judgement.parameters)
    context = _context(subject, page, judgement) | {
        "form": form,
        "precisions": wanted,
        "more": more,
        "carried": write_facts(subject.code, facts, timezone.localdate()),
    }
    return render(request, "simulateur/questions.html", context)


def _fragment(
    request: HttpRequest,
    subject: Subject,
    page: type[QuestionPage],
    judgement: Judgement,
    wanted: list[str],
    *,
    renew: bool,
) -> HttpResponse:
    """The verdict while one types, and the precisions if other ones are wanted than those shown."""
    form = page(facts=judgement.facts)
    form.keep_only(wanted)
    context = _context(subject, page, judgement) | {"form": form, "precisions": wanted, "renew": renew}
    return render(request, "simulateur/parts/direct.html", context)


def _context(subject: Subject, page: type[QuestionPage], judgement: Judgement) -> dict[str, Any]:
    urls = step_urls(subject, judgement.facts)
    rank = subject.pages.index(page)
    following, earlier = subject.after(page), subject.before(page)
    crumbs = [_home()]
    if subject.code == "aide":
        crumbs.append(Crumb("Après l’embauche", reverse("simulateur_aides")))
    return {
        "subject": subject,
        "page": page,
        "crumbs": [*crumbs, Crumb(subject.title)],
        "steps": [
            Step(one.title, "current" if at == rank else "done" if at < rank else "todo", urls[one.slug])
            for at, one in enumerate(subject.pages)
        ],
        "following": following.title if following else "",
        "previous": urls[earlier.slug] if earlier else "",
        "action": address(subject, page, judgement.facts, bare=True),
        "verdict": verdict_of(subject, judgement, urls),
    }


def verdict_of(subject: Subject, judgement: Judgement, urls: dict[str, str] | None) -> VerdictView:
    """The verdict in the words of this subject's reader; `urls` when the answers may be changed here."""
    return view_of(
        judgement,
        subject.audience,
        urls,
        questions=subject.questions,
        mine=subject.actor,
        left_out=subject.left_out.keys(),
    )


def carried_facts(text: str, subject: Subject) -> Facts:
    """The facts that an address carries for this subject. Raises BrokenLink for anything else."""
    carried = read_link(text)
    reading = read_facts(subject.facts, carried.facts)
    if carried.subject != subject.code or reading.problems:
        raise BrokenLink("Ce lien ne convient pas à cette page.")
    return reading.facts


def address(subject: Subject, page: type[QuestionPage], facts: Facts | None = None, *, bare: bool = False) -> str:
    """Where a page of questions stands, with what is known already."""
    if subject.code == "aide":
        url = reverse("simulateur_aide", args=[getattr(facts, "aid", None) or next(iter(AIDS))])
    else:
        url = reverse("simulateur_page", args=[subject.slug, page.slug])
    if facts is None or bare or not facts.as_dict():
        return url
    return f"{url}?faits={write_facts(subject.code, facts, timezone.localdate())}"


def step_urls(subject: Subject, facts: Facts) -> dict[str, str]:
    """The address of each page of questions, with these answers."""
    return {page.slug: address(subject, page, facts) for page in subject.pages}


def broken(request: HttpRequest, message: str) -> HttpResponse:
    """The page of a link that says nothing that can be judged."""
    return render(request, "simulateur/lien_incomplet.html", {"message": message}, status=404)


def _next(subject: Subject, page: type[QuestionPage], judgement: Judgement) -> str:
    following = subject.after(page)
    if following:
        return address(subject, following, judgement.facts)
    return reverse("simulateur_resultat", args=[Simulation(judgement, timezone.localdate()).text])


def _home() -> Crumb:
    return Crumb("Simulateur", reverse("simulateur"))
