"""Every act of a parcours as data: who does it, in which states, its form, its words, what it does.

One view shows the form of an act, one does those that ask nothing: a new act is one line of `ACTS`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal.idempotency import once
from core.journal.refusals import Refused
from core.ui.citations import citation_for
from core.ui.parts import Crumb
from sessions.enums import AccessMode
from stagiaires.enums import CertificationResult, ParcoursMove, ParcoursState
from stagiaires.forms import parcours as forms
from stagiaires.models import Parcours
from stagiaires.queries import parcours as queries
from stagiaires.views.around import act as do
from stagiaires.views.around import readers
from stagiaires.views.parcours_common import find
from stagiaires.views.verdict import explain
from stagiaires.workflow import acts, documents, hires, links, outcomes, parcours

Allowed = Callable[[Parcours, Membership], bool]
ENTRY, RECOVERY_DECISION, HIRE = "entree", "suite-reponse", "embauche"


@dataclass(frozen=True)
class Act:
    """One act. `form`: what it asks, None for a plain button. `apply(parcours, hat, answers)` does it."""

    title: str
    button: str
    done: str
    states: Iterable[str]
    apply: Callable[[Parcours, Membership, dict[str, Any]], Any]
    form: type[forms.ActForm] | None = None
    lead: str = ""
    rule: str = ""
    danger: bool = False
    allowed: Allowed = acts.is_of_organisme
    also: Callable[[Parcours], bool] = lambda _one: True

    def offered(self, one: Parcours, hat: Membership) -> bool:
        return one.state in self.states and self.allowed(one, hat) and self.also(one)


def _on_intention(one: Parcours) -> bool:
    return one.session.access_mode == AccessMode.INTENTION


def _failed(one: Parcours) -> bool:
    said = getattr(one, "outcome", None)
    asked = said is not None and said.recovery and said.recovery_decided_at is None
    return said is not None and said.result == CertificationResult.ECHEC and not asked


def _recovery_waits(one: Parcours) -> bool:
    said = getattr(one, "outcome", None)
    return said is not None and bool(said.recovery) and said.recovery_decided_at is None


def _noted(one: Parcours) -> bool:
    said = getattr(one, "outcome", None)
    return said is not None and said.result != CertificationResult.EN_ATTENTE


def _seen_by_region(_one: Parcours, hat: Membership) -> bool:
    return acts.may_agree(hat)


PLANNED = (ParcoursState.PREVU,)
ACTS: dict[str, Act] = {
    "contrat": Act(
        "Établir le contrat", "Établir le contrat", "Le contrat individuel de formation est établi.",
        ParcoursState.active(), lambda one, hat, _: documents.make_contract(one, hat), rule="P06",
        also=lambda one: not documents.is_current(one),
    ),
    "charte": Act(
        "Faire accepter la charte", "Noter la charte acceptée", "La charte est acceptée.",
        ParcoursState.active(), lambda one, hat, _: documents.accept_charter(one, hat), rule="R84",
        also=lambda one: one.charter_accepted_at is None,
    ),
    "engagement": Act(
        "Faire signer l’engagement", "Noter l’engagement signé", "L’engagement de se salarier est signé.",
        ParcoursState.active(), lambda one, hat, _: documents.sign_commitment(one, hat), rule="R38",
        also=lambda one: _on_intention(one) and one.commitment_signed_at is None,
    ),
    "inscription": Act(
        "Vérifier l’inscription", "Noter l’inscription vérifiée", "L’inscription est notée vérifiée.",
        (ParcoursState.PREVU, ParcoursState.EN_COURS), lambda one, hat, _: parcours.check_registration(one, hat),
        rule="R86", also=lambda one: one.stagiaire.registration_checked_at is None,
    ),
    ENTRY: Act(
        "Noter l’entrée", "Noter l’entrée…", "L’entrée en formation est notée.", PLANNED,
        lambda one, hat, said: parcours.enter(one, hat, on=said["on"]), forms.EntryForm,
        lead="Ce que le dossier tient est vérifié ce jour-là, et le reçu est gardé.", rule="P06",
    ),
    "resultat": Act(
        "Noter le résultat", "Noter le résultat…", "Le résultat est noté.", queries.OVER,
        lambda one, hat, said: outcomes.note_outcome(one, hat, **said), forms.OutcomeForm, rule="R48",
    ),
    "attestation": Act(
        "Établir l’attestation", "Établir l’attestation", "L’attestation est établie.",
        (ParcoursState.ACHEVE, ParcoursState.ABANDONNE),
        lambda one, hat, _: documents.make_certificate(one, hat), rule="R48", also=_noted,
    ),
    "suite": Act(
        "Demander une suite", "Demander une suite…", "La demande est notée.", queries.OVER,
        lambda one, hat, said: outcomes.ask_recovery(one, hat, **said), forms.RecoveryForm,
        lead="Après un échec, la formation est complétée si l’employeur le demande, ou reprise s’il est déjà prévu "
        "une session ou un groupe.", rule="R95", allowed=outcomes.may_ask, also=_failed,
    ),
    RECOVERY_DECISION: Act(
        "Répondre à la suite demandée", "Répondre…", "La réponse est envoyée.", queries.OVER,
        lambda one, hat, said: outcomes.decide_recovery(one, hat, **said), forms.RecoveryDecisionForm, rule="R95",
        allowed=_seen_by_region, also=_recovery_waits,
    ),
    "reprendre": Act(
        "Noter la reprise", "Noter la reprise…", "Le parcours reprend.", ParcoursMove.REPRENDRE.sources,
        lambda one, hat, said: parcours.resume(one, hat, **said), forms.ResumeForm,
    ),
    "point": Act(
        "Noter un point d’étape", "Noter un point d’étape…", "Le point d’étape est noté.",
        (ParcoursState.EN_COURS, ParcoursState.SUSPENDU, ParcoursState.ACHEVE),
        lambda one, hat, said: parcours.note_contact(one, hat, **said), forms.ContactForm, rule="R96",
        lead="Entre le formateur référent, l’employeur et la personne, notamment après chaque période en entreprise.",
    ),
    HIRE: Act(
        "Déclarer une embauche", "Déclarer une embauche…", "L’embauche est déclarée.", hires.WHEN,
        lambda one, hat, said: hires.declare(one, hat, **said), forms.HireForm, rule="R93",
        lead="L’employeur la confirme ; elle compte alors pour son intention d’embauche.", allowed=hires.may_declare,
    ),
    "achever": Act(
        "Noter la fin du parcours", "Noter la fin…", "Le parcours est achevé. Notez maintenant son résultat.",
        ParcoursMove.ACHEVER.sources, lambda one, hat, said: parcours.complete(one, hat, **said), forms.CompleteForm,
        lead="La personne est allée au bout. Son employeur est invité à dire s’il l’embauche.", rule="R93",
    ),
    "lien": Act(
        "Renvoyer son lien personnel", "Renvoyer son lien", "Un nouveau lien part ; les précédents sont fermés.",
        (*ParcoursState.active(), *queries.OVER), lambda one, hat, _: links.resend(one, hat),
    ),
    "suspendre": Act(
        "Suspendre le parcours", "Suspendre…", "Le parcours est suspendu : le poste et la place sont gardés.",
        ParcoursMove.SUSPENDRE.sources, lambda one, hat, said: parcours.suspend(one, hat, **said), forms.SuspendForm,
        lead="Pour un emploi de quelques semaines, une maladie. La personne garde son poste et sa place.",
    ),
    "poste": Act(
        "Changer de poste", "Changer de poste…", "Le parcours repose sur un autre poste.", parcours.MOVABLE,
        lambda one, hat, said: parcours.change_post(one, hat, said["post"], said["reason"]), forms.ChangePostForm,
        lead="Une personne peut ne plus vouloir le premier employeur. Les deux employeurs en sont prévenus.",
        rule="R94", also=lambda one: one.post_id is not None,
    ),
    "abandon": Act(
        "Noter un abandon", "Noter un abandon…", "La sortie est notée : le poste est libre pour un remplacement.",
        ParcoursMove.ABANDONNER.sources, lambda one, hat, said: parcours.leave(one, hat, **said), forms.LeaveForm,
        lead="Avant son terme, pour un emploi ou une autre raison. Le poste libéré peut aller à quelqu’un d’autre.",
        rule="R74", danger=True,
    ),
    "exclusion": Act(
        "Exclure de la formation", "Exclure…", "L’exclusion est notée.", ParcoursMove.EXCLURE.sources,
        lambda one, hat, said: parcours.exclude(one, hat, **said), forms.ExcludeForm, rule="R84", danger=True,
        lead="La charte des droits et devoirs en dit les conséquences.",
    ),
    "annuler": Act(
        "Annuler l’admission", "Annuler l’admission…", "L’admission est annulée : le poste et la place sont libres.",
        PLANNED, lambda one, hat, said: parcours.call_off(one, hat, said["reason"]), forms.CallOffForm, danger=True,
        lead="La personne n’est pas encore entrée. Sa candidature est retirée avec ce motif.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Offered:
    """An act as the page shows it: a link to its form, or a button."""

    slug: str
    label: str
    url: str
    asks: bool
    danger: bool
    rule: str


def offered(one: Parcours, hat: Membership) -> list[Offered]:
    """What this hat may do with this parcours now, in the order of `ACTS`."""
    return [
        Offered(slug, act.button, reverse("parcours_acte", args=[one.pk, slug]), bool(act.form), act.danger, act.rule)
        for slug, act in ACTS.items()
        if act.offered(one, hat)
    ]


@readers
@require_http_methods(["GET", "POST"])
def parcours_act(request: HttpRequest, pk: int, acte: str) -> HttpResponse:
    """One act on one parcours: its form, then done. An act that is not this hat's, or not now, is an absent page."""
    hat, one = find(request, pk)
    act = ACTS.get(acte)
    if act is None or not act.allowed(one, hat):
        raise Http404
    back = reverse("parcours_detail", args=[pk])
    if not act.offered(one, hat) or (act.form is None and request.method == "GET"):
        return redirect(back)
    if act.form is None:
        return do(request, f"parcours.{acte}", back, act.done, lambda: act.apply(one, hat, {}))
    more = {"by": hat.kind} if act.form is forms.HireForm else {}
    form = act.form(request.POST if request.method == "POST" else None, parcours=one, **more)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request, f"parcours.{acte}") as claim:
                if not claim.done:
                    act.apply(one, hat, form.cleaned_data)
                    claim.keep(back)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, act.done)
            return redirect(back)
    return _page(request, one, hat, acte, act, form)


def _page(
    request: HttpRequest, one: Parcours, hat: Membership, slug: str, act: Act, form: forms.ActForm
) -> HttpResponse:
    is_employer = hat.kind == OrganisationKind.EMPLOYEUR
    told = None
    if slug == RECOVERY_DECISION:
        judgement = outcomes.judge_recovery(one, one.outcome)
        told = explain(judgement, possible="Rien ne s’y oppose", impossible="Pas ainsi")
    context = {
        "form": form,
        "act": act,
        "one": one,
        "name": one.stagiaire.short_name if is_employer else str(one.stagiaire),
        "told": told,
        "cited": citation_for(act.rule) if act.rule else None,
        "back": reverse("parcours_detail", args=[one.pk]),
        "crumbs": [
            Crumb("Parcours", reverse("parcours_liste")),
            Crumb("Le parcours", reverse("parcours_detail", args=[one.pk])),
            Crumb(act.title),
        ],
    }
    return render(request, "stagiaires/parcours/acte.html", context, status=422 if form.errors else 200)
