"""The acts on one candidacy: the organisme's answers, the proposer's own, opinions and messages."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from core.accounts.access import hat_of
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.rules import Audience
from sessions.models import Session
from stagiaires.forms.positionings import (
    ColleagueForm,
    ConvokeForm,
    OpinionForm,
    ReasonForm,
    RefuseForm,
    TextForm,
    WaitingListForm,
)
from stagiaires.models import Positioning
from stagiaires.queries import positionings as queries
from stagiaires.views.around import (
    act,
    act_of,
    crumbs_of,
    form_page,
    must,
    organisme,
    posted,
    proposers,
    readers,
    seen,
    valideur,
)
from stagiaires.views.positionings import MESSAGE_IDS, acts_of, detail
from stagiaires.workflow import opinions, positionings, referents

ALONE = "stagiaires/positionnement/seul.html"


def _page(pk: int) -> str:
    return reverse("positionnement_detail", args=[pk])


def _must_offer(request: HttpRequest, hat: Membership, positioning: Positioning, name: str) -> None:
    """An act that is not this hat's, or not now, is an absent page. Sent, it is judged by the workflow: what has just
    been done by the same click, or by a colleague, is said on the form.
    """
    must(acts_of(hat, positioning, in_any_state=request.method == "POST")[name])


@organisme
@require_http_methods(["GET", "POST"])
def convoke(request: HttpRequest, pk: int) -> HttpResponse:
    """A day, an hour, a place."""
    hat, positioning = seen(request, pk)
    _must_offer(request, hat, positioning, "convoke")
    form = ConvokeForm(posted(request), initial={"place": _place(positioning.session)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        at = timezone.make_aware(datetime.combine(said["day"], said["hour"]))
        answered = act_of(
            form, request, "positionnement.convoquer", _page(pk), "Le rendez-vous est noté, le conseiller est prévenu.",
            lambda: positionings.convoke(positioning, hat, at, said["place"]),
        )  # fmt: skip
        if answered:
            return answered
    return form_page(
        request,
        form,
        title="Convoquer la personne",
        lead="Le conseiller reçoit la date et le lieu. Pour plusieurs personnes, prévoyez plutôt une réunion.",
        action="Convoquer",
        back=_page(pk),
        crumbs=crumbs_of(positioning, "Convoquer"),
    )


def _place(session: Session) -> str:
    place = session.request.place
    return (
        ", ".join(part for part in (place.address, f"{place.postcode} {place.commune.name}") if part) if place else ""
    )


@organisme
@require_http_methods(["GET", "POST"])
def wait(request: HttpRequest, pk: int) -> HttpResponse:
    hat, positioning = seen(request, pk)
    _must_offer(request, hat, positioning, "wait")
    form = WaitingListForm(posted(request))
    if request.method == "POST" and form.is_valid():
        answered = act_of(
            form,
            request,
            "positionnement.attente",
            _page(pk),
            "La personne est en liste d’attente, son conseiller est prévenu.",
            lambda: positionings.put_on_waiting_list(positioning, hat, form.cleaned_data["text"]),
        )
        if answered:
            return answered
    return form_page(
        request,
        form,
        title="Mettre en liste d’attente",
        lead="Une réponse reste due, au plus tard le jour où la session commence.",
        action="Mettre en liste d’attente",
        back=_page(pk),
        crumbs=crumbs_of(positioning, "Liste d’attente"),
    )


@organisme
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse with a reason and another way (R90); a word of caution is shown once, then one may confirm."""
    hat, positioning = seen(request, pk)
    _must_offer(request, hat, positioning, "refuse")
    others = queries.neighbours(positioning.session)
    form = RefuseForm(posted(request), sessions=others)
    cautions = []
    if request.method == "POST" and form.is_valid():
        cautions = positionings.judge_refusal(positioning, form.cleaned_data)
        if not cautions or form.cleaned_data["warned"]:
            answered = act_of(
                form, request, "positionnement.refuser", _page(pk),
                "La réponse est donnée, le conseiller la lit dès maintenant.",
                lambda: positionings.refuse(positioning, hat, form.cleaned_data),
            )  # fmt: skip
            if answered:
                return answered
        else:
            data = request.POST.copy()
            data["warned"] = "oui"
            form = RefuseForm(data, sessions=others)
    return form_page(
        request,
        form,
        title="Refuser la candidature",
        lead="La formation s’adapte au public : un refus dit pourquoi et propose une suite.",
        action="Refuser quand même" if cautions else "Refuser la candidature",
        danger=True,
        cautions=[(finding.id, finding.message(Audience.ORGANISME)) for finding in cautions],
        rules=["R90", "R88"],
        back=_page(pk),
        crumbs=crumbs_of(positioning, "Refuser"),
    )


@organisme
@require_POST
def absent(request: HttpRequest, pk: int) -> HttpResponse:
    hat, positioning = seen(request, pk)
    return act(
        request,
        "positionnement.absent",
        _page(pk),
        "L’absence est notée, le conseiller est prévenu.",
        lambda: positionings.note_absent(positioning, hat),
    )


@proposers
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    hat, positioning = seen(request, pk)
    _must_offer(request, hat, positioning, "withdraw")
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        answered = act_of(
            form,
            request,
            "positionnement.retirer",
            _page(pk),
            "La candidature est retirée, l’organisme est prévenu.",
            lambda: positionings.withdraw(positioning, hat, reason),
        )
        if answered:
            return answered
    return form_page(
        request,
        form,
        title="Retirer la candidature",
        lead="L’organisme lit votre motif. Vous pourrez proposer la personne de nouveau.",
        action="Retirer la candidature",
        danger=True,
        back=_page(pk),
        crumbs=crumbs_of(positioning, "Retirer"),
    )


@proposers
@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    hat, positioning = seen(request, pk)
    return act(
        request,
        "positionnement.reprendre",
        _page(pk),
        "La candidature est proposée de nouveau.",
        lambda: positionings.resume(positioning, hat),
    )


@valideur
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """To a colleague of the same organisation."""
    hat, positioning = seen(request, pk)
    _must_offer(request, hat, positioning, "hand")
    people = referents.eligible(hat).exclude(pk=positioning.advisor_id)
    crumbs = crumbs_of(positioning, "Confier")
    if not people.exists():
        status = 422 if request.method == "POST" else 200
        return render(request, ALONE, {"back": _page(pk), "crumbs": crumbs}, status=status)
    form = ColleagueForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        colleague = form.cleaned_data["colleague"]
        return act(
            request,
            "positionnement.confier",
            _page(pk),
            f"{colleague.user} suit désormais cette candidature.",
            lambda: positionings.hand_over(positioning, hat, colleague),
        )
    return form_page(
        request,
        form,
        title="Confier la candidature à un collègue",
        lead="Votre collègue reçoit les réponses de l’organisme à votre place.",
        action="Confier la candidature",
        back=_page(pk),
        crumbs=crumbs,
    )


@readers
@require_POST
def opine(request: HttpRequest, pk: int) -> HttpResponse:
    """The employer's opinion, or the valideur's (R88)."""
    hat, positioning = seen(request, pk)
    must(acts_of(hat, positioning)["opine"])
    form = OpinionForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            with once(request, "positionnement.avis") as claim:
                if not claim.done:
                    opinions.give(positioning, hat, favourable=said["favourable"], text=said["text"])
                    claim.keep(_page(pk))
        except Refused as refused:
            form.add_error("text", refused.message)
        else:
            messages.success(request, "Votre avis est gardé, l’organisme le lit.")
            return redirect(_page(pk))
    context = detail(hat, positioning, opinion=form)
    return render(request, "stagiaires/positionnement/candidature.html", context, status=422)


@proposers
@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """A word to the other side."""
    hat, positioning = seen(request, pk)
    must(positioning.valideur_id is not None)
    form = TextForm(request.POST, auto_id=MESSAGE_IDS)
    if form.is_valid():
        back = f"{_page(pk)}#echanges"
        text = form.cleaned_data["text"]
        return act(
            request, "positionnement.message", back, "Votre message est envoyé.",
            lambda: positionings.write(positioning, hat, text),
        )  # fmt: skip
    context = detail(hat, positioning, message=form)
    return render(request, "stagiaires/positionnement/candidature.html", context, status=422)


@valideur
@require_http_methods(["GET", "POST"])
def referent(request: HttpRequest, number: str) -> HttpResponse:
    """Who follows the action for the Réseau pour l'emploi (R104)."""
    hat = hat_of(request)
    session = queries.sessions_visible_to(hat).filter(number=number).first()
    must(session is not None and referents.may_name(session, hat))
    assert session is not None  # noqa: S101 said just above
    form = ColleagueForm(posted(request), people=referents.eligible(hat), label="Qui suit cette action ?")
    back = reverse("session_candidats", args=[number])
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["colleague"]
        return act(
            request,
            "session.referent",
            back,
            f"{chosen.user} suit désormais cette action.",
            lambda: referents.name(session, chosen, hat),
        )
    return form_page(
        request,
        form,
        title="Désigner le référent de l’action",
        lead="Une personne du Réseau pour l’emploi suit l’action jusqu’au retour à l’emploi.",
        action="Désigner",
        rules=["R104"],
        back=back,
        crumbs=[],
    )
