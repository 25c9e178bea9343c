"""The gallery: every component in every variant, with long names and empty states. Never in production.

Each component of :data:`core.ui.components.COMPONENTS` has its examples in ``templates/ui/gallery/<name>.html``.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import select_template
from django.urls import reverse_lazy
from django.utils import timezone

from core.ui import html
from core.ui.components import COMPONENTS
from core.ui.fields import (
    AutocompleteField,
    CheckboxPick,
    DecimalField,
    FileField,
    FrenchDateField,
    IntegerField,
    OuiNonField,
    RadioPick,
)
from core.ui.forms import Ask
from core.ui.icons import LINES, MARKS
from core.ui.pagination import Page, PageLink
from core.ui.parts import (
    Attachment,
    Chip,
    Cited,
    Crumb,
    Event,
    Fact,
    Finding,
    Message,
    Step,
    Todo,
    Way,
)
from core.ui.tables import Column, Empty, Table

LONG = "Groupement d’employeurs pour l’insertion et la qualification des métiers de l’agroalimentaire du Haut-Anjou"
COMMUNES = {"49331": "Segré-en-Anjou Bleu (49500)", "44109": "Nantes (44000)", "85191": "La Roche-sur-Yon (85000)"}


def resolve_commune(text: str) -> str | None:
    """A commune of the example list, by code or by name."""
    if text in COMMUNES:
        return text
    found = [code for code, label in COMMUNES.items() if label.lower().startswith(text.lower())]
    return found[0] if len(found) == 1 else None


class ExampleForm(forms.Form):
    """One question of each kind."""

    asks = {
        "contract": Ask(options="cols"),
        "months": Ask(rule_id="R31"),
        "weekly_hours": Ask(rule_id="R32", why="La Région finance des formations vers un emploi qui fait vivre."),
        "title": Ask(width="mid"),
    }
    contract = forms.ChoiceField(
        label="Type de contrat",
        help_text="Celui que vous signerez à l’issue de la formation.",
        choices=[("cdi", "CDI"), ("cdd", "CDD"), ("alternance", "Alternance"), ("interim", "Intérim")],
        widget=RadioPick(
            hints={"alternance": "Apprentissage ou professionnalisation", "interim": "CDI intérimaire ou mission"}
        ),
    )
    months = IntegerField(label="Durée du CDD", help_text="En mois entiers.", unit="mois", min_value=1, max_value=36)
    weekly_hours = DecimalField(label="Temps de travail", unit="heures par semaine", max_value=48)
    title = forms.CharField(label="Intitulé du poste", max_length=80)
    commune = AutocompleteField(
        label="Commune du lieu de travail",
        help_text="Nom ou code postal.",
        url=reverse_lazy("composants:communes"),
        resolve=resolve_commune,
        label_for=lambda code: COMMUNES.get(code, code),
    )
    sector = forms.ChoiceField(
        label="Secteur",
        required=False,
        choices=[("", "Choisir"), ("industrie", "Industrie"), ("sante", "Sanitaire et social"), ("long", LONG)],
    )
    starts_on = FrenchDateField(label="Embauche prévue le", help_text="Jour, mois, année.", required=False)
    milestones = forms.MultipleChoiceField(
        label="À quels moments serez-vous présent ?",
        choices=[("info", "Information collective"), ("stage", "Accueil en entreprise"), ("bilan", "Bilan final")],
        widget=CheckboxPick(hints={"stage": "Au moins cinq jours dans vos locaux"}),
    )
    reachable = OuiNonField(label="Le lieu est-il desservi par les transports en commun ?", required=False)
    reason = forms.CharField(
        label="Pourquoi cette durée ?",
        help_text="La Région lira votre réponse telle quelle.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    letter = FileField(label="Engagement signé", endings=(".pdf", ".jpg"), max_size=5_000_000, required=False)
    agreed = forms.BooleanField(label="Je m’engage à étudier la candidature de chaque personne formée")


ROWS: list[dict[str, Any]] = [
    {
        "employer": "Biscuiterie du Pont-Cagnard",
        "posts": 1,
        "hours": Decimal(1960),
        "amount": Decimal(16464),
        "day": date(2026, 10, 23),
        "tone": "ok",
        "word": "Éligible",
        "flag": "",
    },
    {
        "employer": LONG,
        "posts": 12,
        "hours": Decimal("1085.5"),
        "amount": Decimal(9114),
        "day": date(2026, 10, 30),
        "tone": "doute",
        "word": "À instruire",
        "flag": "10 demi-journées non signées, absences confirmées",
    },
    {
        "employer": "Ateliers Bois d’Erdre",
        "posts": 2,
        "hours": None,
        "amount": None,
        "day": date(2026, 11, 3),
        "tone": "non",
        "word": "Non éligible",
        "flag": "",
    },
]
TABLE = Table(
    caption="Intentions compatibles",
    columns=[
        Column("employer", "Employeur", link=lambda _row: "#", order="employer"),
        Column("posts", "Postes", kind="integer", order="posts"),
        Column("hours", "Heures", kind="hours"),
        Column("amount", "Montant", kind="money"),
        Column("day", "Déposée le", kind="date"),
        Column("word", "Verdict", show=lambda row: html.badge(row["word"], row["tone"])),
    ],
    flag=lambda row: str(row["flag"]),
    empty=Empty(
        "Aucune intention n’attend",
        "Celles de vos lots s’afficheront ici dès qu’un employeur en déposera une.",
        "#",
        "Inviter un employeur",
    ),
)
QUOTE = (
    "Pour les CDD de moins de six mois, notamment dans le cadre d’emplois saisonniers, "
    "une souplesse peut être mise en place. Les situations seront étudiées au cas par cas."
)
SOURCE = "Foire aux questions, édition du 12 février 2024"


def _examples(request: HttpRequest) -> dict[str, Any]:
    now = datetime(2026, 11, 3, 10, 47, tzinfo=timezone.get_default_timezone())
    return {
        "long": LONG,
        "quote": QUOTE,
        "source": SOURCE,
        "icons": [*LINES, *MARKS],
        "crumbs": [Crumb("Demandes", "#"), Crumb("Lot 12", "#"), Crumb("Demande 2026-0418")],
        "steps": [
            Step("L’entreprise", "done", "#"),
            Step("Le poste", "done", "#", "le 2 nov."),
            Step("Le contrat", "current"),
            Step("Les compétences"),
            Step("Votre engagement"),
        ],
        "facts": [
            Fact("Organisme", LONG, url="#"),
            Fact("Dates", "1er févr. – 30 avr. 2027"),
            Fact("Durée", "120 heures en entreprise", rule="R55"),
            Fact("Référent", ""),
        ],
        "events": [
            Event(now, "Autorisée", "Un poste de moins que cinq, équilibre attesté.", "Région", "ok"),
            Event(now, "Précision demandée", "Lieu des périodes en entreprise", "Région", "doute"),
            Event(now, "Déposée", actor=LONG),
        ],
        "messages_list": [
            Message(
                "Campus de l’Ardoise",
                now,
                "L’attestation est jointe.\nUne cinquième intention arrive.",
                False,
                [Attachment("attestation-equilibre-financier-lot-12-version-signee.pdf", "#", 348_120)],
            ),
            Message("Région", now, "Pouvez-vous attester l’équilibre à quatre ?", mine=True),
        ],
        "ways": [
            Way(
                "Vous", "Porter le CDD à 6 mois,", "soit 2 mois de plus. Éligible aussitôt.", "#", "Mettre 6 mois", True
            ),
            Way("L’employeur", "Proposer un CDI.", "Nous pouvons lui poser la question en votre nom."),
            Way("La Région", "Accorder la dérogation saisonnière.", "Réponse habituelle : 6 jours."),
        ],
        "chips": [Chip("Loire-Atlantique", "#"), Chip("Sur intention d’embauche", "#"), Chip("D’ici 3 mois", "#")],
        "todos": [
            Todo(
                "Une feuille de présence reste ouverte", "Monteur câbleur, Segré", "non", "avant 12 h", "#", "Compléter"
            ),
            Todo("La Région vous demande une précision", LONG, "doute", "depuis 2 jours", "#", "Répondre"),
            Todo("La facture d’octobre peut être créée", "", "ok", "45 465,00 €", "#", "Créer"),
            Todo("Une session ouvre lundi", "Rien à faire", "info"),
        ],
        "findings": [
            Finding("ok", "30 à 35 h par semaine", "R32"),
            Finding("doute", "4 postes, minimum 5", "R67"),
            Finding("non", "Établissement hors de la région", "R22"),
            Finding("info", "La liste du marché sera revue en mars"),
        ],
        "cited": [
            Cited("doute", "Un CDD de 4 mois sur quatre contrats", QUOTE, SOURCE, "R31"),
            Cited("non", "Établissement hors de la région", "", "", "R22", "Le lieu de travail est dans l’Orne."),
        ],
        "page": Page(
            rows=[],
            number=3,
            first=51,
            total=1000,
            capped=True,
            previous_query="?page=2",
            next_query="?page=4",
            numbers=[
                PageLink(1, "?"),
                PageLink(2, "?page=2"),
                PageLink(3, "?page=3", current=True),
                PageLink(4, "?page=4"),
                PageLink(gap=True),
                PageLink(12, "?page=12"),
            ],
        ),
        "day": date(2026, 11, 16),
        "table": TABLE.bind(
            ROWS,
            request=request,
            totals={"posts": 15, "hours": Decimal("3045.5"), "amount": Decimal(25578)},
        ),
        "empty_table": TABLE.bind([]),
        "hidden": {"verdict": "favorable"},
    }


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """The page itself: declarations beside examples, the form empty or sent (GET parameter ``envoi``)."""
    data = request.GET if "envoi" in request.GET else None
    sections = [
        {"component": component, "example": select_template([f"ui/gallery/{component.name}.html"])}
        for component in COMPONENTS.values()
    ]
    return render(
        request,
        "ui/gallery.html",
        {
            **_examples(request),
            "sections": sections,
            "form": ExampleForm(
                data,
                initial={"commune": "49331", "contract": "cdd", "weekly_hours": Decimal("30.5")},
            ),
        },
    )


@login_not_required
def communes(request: HttpRequest) -> JsonResponse:
    """Proposals for the example of assisted search."""
    query = request.GET.get("q", "").lower()
    found = [
        {"value": code, "label": label, "hint": f"Code commune {code}"}
        for code, label in COMMUNES.items()
        if query in label.lower()
    ]
    return JsonResponse({"results": found})
