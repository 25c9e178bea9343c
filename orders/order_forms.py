"""Forms of the orders, of their avenants and of the hours done."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from core.months import months_between
from core.rules import Finding
from core.ui.fields import AutocompleteField, CheckboxPick, DecimalField, FrenchDateField, IntegerField, RadioPick
from core.ui.forms import Ask
from core.ui.french import heures, mois
from orders.enums import ComposanteKind, OperationKind
from orders.models import BonDeCommande, Composante
from orders.queries import avenants as queries

MOST = 100  # composantes offered at once, the first to begin first


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

    def __init__(self, *args: Any, ready: "QuerySet[Composante]", **kwargs: Any) -> None:
        """`ready`: all that may be chosen. Shown: what is chosen already, and the first of the others."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["composantes"]
        field.queryset = ready
        posted: Any = self.data
        said = posted.getlist("composantes") if self.is_bound else self.initial.get("composantes", ())
        chosen = [key for key in map(str, said) if key.isascii() and key.isdigit() and len(key) < 19]
        others = list(ready.exclude(pk__in=chosen)[: MOST + 1])
        shown = [*(ready.filter(pk__in=chosen) if chosen else ()), *others[:MOST]]
        field.choices = [(one.pk, _as_line(one)) for one in shown]
        if len(others) > MOST:
            field.help_text = f"Les {MOST} premières à commencer\u00a0; les autres viendront ensuite."

    @property
    def offers(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.fields["composantes"].choices)  # type: ignore[attr-defined]


def _as_line(composante: Composante) -> str:
    return (
        f"{composante.number} · {composante.title} · {composante.organisme} · "
        f"{composante.places} × {heures(composante.hours_each)} = {heures(composante.hours_asked)}"
    )


class AgreementForm(forms.Form):
    """The agreement of the Région to what its rules leave to it, before a document is sent."""

    use_required_attribute = False

    granted = forms.MultipleChoiceField(
        label="Accord de la Région",
        widget=CheckboxPick,
        error_messages={"required": "Donnez l’accord demandé, ou revenez retirer ces heures."},
    )

    def __init__(self, *args: Any, to_agree: Sequence[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["granted"]
        field.choices = [(one.id, one.rule.grant_sentence) for one in to_agree]
        if not to_agree:
            del self.fields["granted"]

    def clean_granted(self) -> list[str]:
        said: list[str] = self.cleaned_data["granted"]
        if len(said) < len(self.fields["granted"].choices):  # type: ignore[attr-defined]
            raise ValidationError(self.fields["granted"].error_messages["required"])
        return said


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


class AvenantForm(AgreementForm, ReasonForm):
    """Why an avenant is sent, with the agreements that it needs."""

    field_order = ("reason", "granted")


HOURS, PLACES = "heures", "places"
SIDES = {"composante": "source", "other": "cible"}


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
    composante = AutocompleteField(
        label="Composante",
        url="",
        resolve=lambda _said: None,
        help_text="Son numéro, ou des mots de son intitulé.",
        error_messages={
            "required": "Choisissez la composante.",
            "unknown": "Cette composante n’est pas de ce bon de commande, ni à commander sur son lot.",
        },
    )
    other = AutocompleteField(
        label="Vers la composante",
        url="",
        resolve=lambda _said: None,
        help_text="Pour un transfert seulement\u00a0: une composante commandée du même lot.",
        required=False,
        error_messages={"unknown": "Aucune composante commandée ne répond à ces mots\u00a0: donnez son numéro."},
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

    def __init__(self, *args: Any, order: BonDeCommande, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sides = {"composante": queries.giving(order), "other": queries.receiving(order)}
        known = {"composante": sides["composante"], "other": queries.all_ordered()}  # another lot: its rule says no
        for name, rows in known.items():
            field: Any = self.fields[name]
            field.resolve = partial(queries.named, rows)
            field.widget.url = reverse("avenant_composantes", args=[order.pk, SIDES[name]])
            field.widget.label_for = partial(queries.label_of, rows)
            field.hide_optional = True
        for name in ("quantity", "unit"):
            self.fields[name].hide_optional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind, quantity, one = data.get("kind"), data.get("quantity"), data.get("composante")
        data["hours"] = data["places"] = None
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
                data["places"] = int(quantity)
        else:
            data["hours"] = quantity
        return data


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
    """Another price for a lot, with what justifies it (R124), transport included (R125)."""

    use_required_attribute = False
    asks = {
        "amount": Ask(rule_id="R123", width="short"),
        "argument": Ask(rule_id="R124"),
        "transport_cost": Ask(rule_id="R125", width="short"),
        "company_share": Ask(width="short"),
    }

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
    transport_cost = DecimalField(
        label="Part due à un surcoût de transport", unit="€", min_value=0, max_digits=10, decimal_places=2,
        required=False, help_text="Un transport ou un ramassage de stagiaires. Laissez vide s’il n’y en a pas.",
    )  # fmt: skip
    transport_estimate = forms.CharField(
        label="Chiffrage du transport",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Trajets, nombre de stagiaires, devis.",
    )
    company_share = DecimalField(
        label="Ce que l’entreprise peut prendre à sa charge", unit="€", min_value=0, max_digits=10, decimal_places=2,
        required=False, help_text="Écrivez 0 si elle ne peut rien prendre.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        wished, cost, share = data.get("wished_on"), data.get("transport_cost"), data.get("company_share")
        if wished and wished < timezone.localdate():
            self.add_error("wished_on", "Un prix ne change pas pour le passé\u00a0: choisissez un jour à venir.")
        if not cost:
            return data
        if not data.get("transport_estimate"):
            self.add_error("transport_estimate", "Dites comment le transport est chiffré.")
        if share is None and "company_share" not in self.errors:
            self.add_error("company_share", "Dites ce que l’entreprise peut prendre, même rien\u00a0: 0.")
        elif share is not None and share > cost:
            self.add_error("company_share", "L’entreprise ne prend pas plus que ce que coûte le transport.")
        return data


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
