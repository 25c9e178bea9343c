"""« La formation »: what is taught."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from core.reference.models import Certification, CertificationBlock, Formacode
from core.ui.fields import (
    CheckboxPick,
    RadioPick,
)
from core.ui.forms import Ask
from intentions.forms.lookups import certification_field, metier_field
from sessions.enums import Aim
from sessions.forms.requests.base import LongText, StepForm
from sessions.publication.checks import TEXT_LIMITS


class TrainingForm(StepForm):
    """La formation: what is taught, to reach what, and how it answers the employer's need."""

    needed = frozenset(
        {"title", "objective", "expected_results", "content", "aim", "metier", "prerequisites", "formacodes_text"}
    )
    relations = frozenset({"blocks"})
    asks = {
        "aim": Ask(rule_id="R46"),
        "certification": Ask(rule_id="R47"),
        "off_list_reason": Ask(rule_id="R42"),
        "need_match": Ask(rule_id="R47"),
        "employer_opinion": Ask(rule_id="R63"),
        "prerequisites": Ask(rule_id="R110"),
        "has_licence_module": Ask(rule_id="R59"),
        "for_intermittence": Ask(rule_id="R62"),
        "formacodes_text": Ask(width="mid"),
    }

    title = forms.CharField(
        label="Intitulé de la session",
        help_text="Celui que liront les conseillers et les candidats, par exemple « Soudeur assembleur industriel ».",
        max_length=TEXT_LIMITS["title"][1],
    )
    aim = forms.ChoiceField(label="Que vise-t-elle ?", choices=Aim.choices, widget=RadioPick)
    certification = certification_field(
        label="Quelle certification ?",
        help_text="Son code (RNCP, RS) ou des mots de son intitulé. À laisser vide sans certification.",
    )
    blocks: "forms.ModelMultipleChoiceField[CertificationBlock]" = forms.ModelMultipleChoiceField(
        None, label="Quels blocs de compétences ?", widget=CheckboxPick
    )
    metier = metier_field(
        label="À quel métier prépare-t-elle ?",
        help_text="Un nom de métier ou un code ROME.",
    )
    formacodes_text = forms.CharField(
        label="Formacodes",
        help_text="Un à cinq codes de cinq chiffres, le principal d’abord. "
        "Repris de la certification si vous n’en mettez pas.",
        max_length=60,
    )
    objective = LongText(label="Objectif", help_text="Ce que la personne saura faire.", max_length=3000)
    expected_results = LongText(
        label="Résultats attendus", help_text="Certification, compétences attestées, poste visé.", max_length=3000
    )
    content = LongText(label="Contenu", help_text="Les grandes parties de la formation.", max_length=3000, rows=8)
    prerequisites = LongText(
        label="Prérequis",
        help_text="Écrivez « Aucun » s’il n’y en a pas. Ils sont indicatifs : ils n’écartent personne d’eux-mêmes.",
        max_length=TEXT_LIMITS["prerequisites"][1],
    )
    level_in = forms.TypedChoiceField(
        label="Niveau conseillé à l’entrée",
        choices=[("", "Aucun niveau demandé"), *((n, f"Niveau {n}") for n in range(1, 9))],
        coerce=int,
        empty_value=None,
    )
    has_licence_module = forms.BooleanField(label="Elle comprend la préparation d’un permis de conduire.")
    for_intermittence = forms.BooleanField(label="Elle prépare à l’intermittence du spectacle.")
    need_match = LongText(label="En quoi répond-elle au besoin des employeurs rattachés ?", max_length=3000, rows=4)
    employer_opinion = LongText(
        label="Avis des employeurs sur le parcours",
        help_text="Ce qu’ils ont dit du contenu, et quand. Le parcours se construit avec eux.",
        max_length=3000,
        rows=4,
    )
    off_list_reason = LongText(
        label="Si la formation n’est pas dans la liste du marché, à quel besoin précis répond-elle ?",
        max_length=2000,
        rows=3,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        certification = self.session_request.certification
        blocks = CertificationBlock.objects.filter(certification=certification).order_by("code")
        if certification and blocks.exists():
            self.fields["blocks"].queryset = blocks  # type: ignore[attr-defined]
            self.initial["blocks"] = list(self.session_request.blocks.values_list("pk", flat=True))
        else:
            del self.fields["blocks"]
        self.initial["formacodes_text"] = ", ".join(self.session_request.formacodes)

    def clean_formacodes_text(self) -> list[str]:
        text = self.cleaned_data["formacodes_text"]
        codes = list(dict.fromkeys(re.split(r"[\s,;]+", text.strip()))) if text.strip() else []
        wrong = [code for code in codes if not re.fullmatch(r"\d{5}", code, re.ASCII)]
        if wrong:
            raise ValidationError(f"Un Formacode compte cinq chiffres. À revoir : {', '.join(wrong)}.")
        if len(codes) > 5:
            raise ValidationError("Gardez cinq codes au plus, le principal d’abord.")
        known = set(Formacode.objects.filter(code__in=codes).values_list("code", flat=True))
        if Formacode.objects.exists() and (unknown := [code for code in codes if code not in known]):
            raise ValidationError(f"Ce Formacode n’est pas dans la liste officielle : {', '.join(unknown)}.")
        return codes

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        certification: Certification | None = data.get("certification")
        aim = data.get("aim")
        if certification and aim in (Aim.RNCP_COMPLET, Aim.RNCP_BLOCS) and certification.kind != "rncp":
            self.add_error("certification", "Cette certification est au répertoire spécifique : revoyez la visée.")
        if certification and aim == Aim.RS and certification.kind != "rs":
            self.add_error("certification", "Cette certification est au RNCP : revoyez la visée.")
        if certification and aim == Aim.SANS_CERTIFICATION:
            self.add_error(
                "certification", "Vous avez dit « sans certification » : videz ce champ ou revoyez la visée."
            )
        return data

    def values(self) -> dict[str, Any]:
        values = super().values()
        if "formacodes_text" in self.cleaned_data:
            values["formacodes"] = self.cleaned_data["formacodes_text"]
            certification = values.get("certification", self.session_request.certification)
            if not values["formacodes"] and certification:
                values["formacodes"] = certification.formacodes[:5]
        return values

    def many(self) -> dict[str, Iterable[Model]]:
        certification = self.cleaned_data.get("certification", self.session_request.certification)
        if certification != self.session_request.certification:
            return {"blocks": []}
        return super().many()
