"""Forms of the orders, of their avenants and of the hours done."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.ui.fields import CheckboxPick, DecimalField, FrenchDateField, IntegerField, RadioPick
from core.ui.forms import Ask
from core.ui.french import heures, mois
from orders.enums import ComposanteKind, ComposanteState, OperationKind
from orders.models import Composante
from orders.queries.hours import months_between


class OrderForm(forms.Form):
    """What an order carries: composantes of one lot that wait to be ordered."""

    use_required_attribute = False

    composantes: "forms.ModelMultipleChoiceField[Composante]" = forms.ModelMultipleChoiceField(
        None,
        label="Composantes à commander",
        widget=CheckboxPick,
        error_messages={
            "required": "Choisissez au moins une composante.",
            "invalid_choice": "Une composante choisie n’est plus à commander sur ce lot : vérifiez la liste.",
        },
    )
    title = forms.CharField(label="Objet", max_length=200, required=False)
    note = forms.CharField(
        label="Observations",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le mandataire les lira sur le document.",
    )

    def __init__(self, *args: Any, ready: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["composantes"]
        field.queryset = ready
        field.label_from_instance = _as_line


def _as_line(composante: Composante) -> str:
    return (
        f"{composante.number} · {composante.title} · {composante.organisme} · "
        f"{composante.places} × {heures(composante.hours_each)} = {heures(composante.hours_asked)}"
    )


class ReasonForm(forms.Form):
    """The words that go with an act."""

    use_required_attribute = False

    reason = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez le motif."},
    )

    def __init__(self, *args: Any, label: str = "", help_text: str = "", required: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text = label or field.label, help_text
        field.error_messages["required"] = required or field.error_messages["required"]


HOURS, PLACES = "heures", "places"


class OperationForm(forms.Form):
    """One operation of an avenant. Hours may be said in places: so many times the hours of a parcours."""

    use_required_attribute = False
    asks = {"other": Ask(rule_id="R122"), "quantity": Ask(width="short")}

    kind = forms.ChoiceField(
        label="Que change l’avenant ?",
        widget=RadioPick(
            hints={
                OperationKind.AJOUTER: "Une composante autorisée depuis rejoint ce bon de commande.",
                OperationKind.RETIRER: "Ses heures reviennent au lot. Rien ne doit y être réalisé.",
                OperationKind.TRANSFERER: "Vers une autre composante commandée du même lot.",
            }
        ),
        choices=OperationKind.choices,
        error_messages={"required": "Choisissez ce que change l’avenant."},
    )
    composante: "forms.ModelChoiceField[Composante]" = forms.ModelChoiceField(
        None,
        label="Composante",
        empty_label="Choisissez",
        error_messages={
            "required": "Choisissez la composante.",
            "invalid_choice": "Cette composante n’est pas de ce bon de commande, ni à commander sur son lot.",
        },
    )
    other: "forms.ModelChoiceField[Composante]" = forms.ModelChoiceField(
        None,
        label="Vers la composante",
        help_text="Pour un transfert seulement.",
        empty_label="Choisissez",
        required=False,
        error_messages={
            "invalid_choice": "Des heures ne passent pas d’un lot à l’autre : la fongibilité s’arrête au lot (R122)."
        },
    )
    quantity = DecimalField(
        label="Combien", min_value=0, max_digits=12, decimal_places=2, required=False,
        help_text="Sauf pour ajouter ou retirer une composante entière.",
    )  # fmt: skip
    unit = forms.ChoiceField(
        label="En",
        choices=[(HOURS, "heures-stagiaires"), (PLACES, "places (chacune vaut les heures d’un parcours)")],
        widget=RadioPick,
        initial=HOURS,
        required=False,
    )

    def __init__(self, *args: Any, held: Any, ready: Any, targets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("composante", held | ready), ("other", targets)):
            field: Any = self.fields[name]
            field.queryset = rows
            field.label_from_instance = _with_hours
            field.hide_optional = True
        for name in ("quantity", "unit"):
            self.fields[name].hide_optional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind, quantity, one = data.get("kind"), data.get("quantity"), data.get("composante")
        data["hours"] = None
        if kind in (None, OperationKind.AJOUTER, OperationKind.RETIRER):
            data["other"] = None
            return data
        if kind != OperationKind.TRANSFERER:
            data["other"] = None
        elif data.get("other") is None and "other" not in self.errors:
            self.add_error("other", "Dites vers quelle composante du lot vont les heures.")
        if not quantity:
            if "quantity" not in self.errors:
                self.add_error("quantity", "Dites combien d’heures, ou de places.")
        elif data.get("unit") == PLACES:
            if quantity != quantity.to_integral_value():
                self.add_error("quantity", "Un nombre de places est entier.")
            elif one is not None:
                data["hours"] = quantity * one.hours_each
        else:
            data["hours"] = quantity
        return data


def _with_hours(composante: Composante) -> str:
    if composante.state == ComposanteState.ENGAGEE:
        return f"{composante.number} · {composante.title} · à commander, {heures(composante.hours_asked)}"
    return f"{composante.number} · {composante.title} · {heures(composante.balance.commande)} à réaliser"


class HoursForm(forms.Form):
    """The hours done in a month, as the organisme states them."""

    use_required_attribute = False
    asks = {"hours": Ask(width="short")}

    month = forms.ChoiceField(label="Mois", error_messages={"required": "Choisissez le mois."})
    hours = DecimalField(
        label="Heures-stagiaires réalisées", unit="heures", min_value=0, max_digits=12, decimal_places=2,
        help_text="La somme des heures suivies par tous les stagiaires dans le mois.",
    )  # fmt: skip
    note = forms.CharField(
        label="Observations", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, composante: Composante, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = min(composante.ends_on, timezone.localdate())
        months = reversed(months_between(composante.starts_on, last))
        self.fields["month"].choices = [(one.isoformat(), mois(one)) for one in months]  # type: ignore[attr-defined]

    def clean_month(self) -> date:
        return date.fromisoformat(self.cleaned_data["month"])


class ComplementForm(forms.Form):
    """One more parcours on an ordered training (R72), or hours toward the whole certification (R51)."""

    use_required_attribute = False
    asks = {"places": Ask(width="short"), "hours_each": Ask(width="short")}

    kind = forms.ChoiceField(
        label="Que commandez-vous de plus ?",
        widget=RadioPick(
            hints={
                ComposanteKind.COMPLEMENTAIRE: "Des places de plus dans la même formation (R72).",
                ComposanteKind.SUPPLEMENTAIRE: "Vers la certification complète, quand elle est visée (R51).",
            }
        ),
        choices=[(one.value, one.label) for one in (ComposanteKind.COMPLEMENTAIRE, ComposanteKind.SUPPLEMENTAIRE)],
        error_messages={"required": "Choisissez le type de commande."},
    )
    places = IntegerField(label="Places", min_value=1, max_value=200)
    hours_each = DecimalField(
        label="Heures par parcours", unit="heures", min_value=Decimal("0.5"), max_digits=7, decimal_places=2
    )
    starts_on = FrenchDateField(label="Début")
    ends_on = FrenchDateField(label="Fin")
    reason = forms.CharField(
        label="Motif",
        help_text="Le mandataire le lira.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Écrivez le motif : le mandataire le lira sur la commande."},
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("starts_on"), data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "La fin vient après le début.")
        return data

    def clean_hours_each(self) -> Decimal:
        hours: Decimal = self.cleaned_data["hours_each"]
        if hours <= 0:
            raise ValidationError("Dites combien d’heures compte un parcours.")
        return hours


class PriceRequestForm(forms.Form):
    """Another price for a lot, with what justifies it (R124)."""

    use_required_attribute = False
    asks = {"amount": Ask(rule_id="R123", width="short"), "argument": Ask(rule_id="R124")}

    amount = DecimalField(
        label="Prix demandé", unit="€ par heure-stagiaire", min_value=Decimal("0.01"), max_digits=6, decimal_places=2
    )
    wished_on = FrenchDateField(label="Souhaité à partir du")
    argument = forms.CharField(
        label="Ce qui justifie ce prix",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Dites ce qui justifie ce prix\u00a0: la demande est étudiée au cas par cas."},
    )


class PriceDecisionForm(forms.Form):
    """What the Région answers to a price request."""

    GRANT, REFUSE = "accorder", "refuser"
    use_required_attribute = False
    asks = {"amount": Ask(width="short"), "decision": Ask(rule_id="R124")}

    decision = forms.ChoiceField(
        label="Décision",
        choices=[(GRANT, "Accorder"), (REFUSE, "Refuser")],
        widget=RadioPick,
        error_messages={"required": "Choisissez la décision."},
    )
    amount = DecimalField(label="Prix accordé", unit="€ par heure-stagiaire", min_value=Decimal("0.01"), max_digits=6,
                          decimal_places=2, required=False)  # fmt: skip
    starts_on = FrenchDateField(label="En vigueur à partir du", required=False)
    reason = forms.CharField(
        label="Motif", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Le groupement le lira. Un refus en demande un.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("decision") == self.GRANT:
            for name, words in (("amount", "Dites le prix accordé."), ("starts_on", "Dites à partir de quel jour.")):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
        elif data.get("decision") == self.REFUSE and not data.get("reason", "").strip():
            self.add_error("reason", "Écrivez le motif\u00a0: le groupement le lira.")
        return data
