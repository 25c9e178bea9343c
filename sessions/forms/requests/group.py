"""« Le groupe »: which lot, how many places, on what ground."""

from typing import Any

from django import forms
from django.utils import timezone

from core.accounts.models import Membership
from core.ui.fields import (
    IntegerField,
    RadioPick,
)
from core.ui.forms import Ask
from orders.enums import LotRole
from orders.models import Lot, LotMember
from orders.queries import active, lots_of, role_on
from sessions.enums import AccessMode, HeadCountCase
from sessions.forms.requests.base import StepForm
from sessions.models import Session


class GroupForm(StepForm):
    """Le groupe: which lot, by which door, how many places, and on what ground when they are fewer than five."""

    needed = frozenset({"lot", "access_mode", "seats", "head_count_case", "mandataire_informed"})
    asks = {
        "lot": Ask(rule_id="R112"),
        "access_mode": Ask(rule_id="R01", options="cols"),
        "seats": Ask(unit="places", rule_id="R11"),
        "head_count_case": Ask(rule_id="R67"),
        "existing_group": Ask(rule_id="R68"),
        "complements": Ask(rule_id="R72"),
        "balance": Ask(rule_id="R69"),
        "mandataire_informed": Ask(rule_id="R116"),
    }

    lot: "forms.ModelChoiceField[Lot]" = forms.ModelChoiceField(
        None, label="Sur quel lot ?", empty_label=None, widget=RadioPick
    )
    access_mode = forms.ChoiceField(
        label="Comment entre-t-on dans cette session ?",
        choices=AccessMode.choices,
        widget=RadioPick(
            hints={
                AccessMode.INTENTION: "Des employeurs ont écrit leur intention d’embaucher au terme de la formation.",
                AccessMode.SOCLE: "L’offre minimale du marché, ouverte sans intention d’embauche.",
            }
        ),
    )
    seats = IntegerField(
        label="Combien de places ?",
        help_text="Hors du socle, autant de places que de postes rattachés, jamais plus.",
        unit="places",
        min_value=1,
        max_value=200,
        error_messages={
            "min_value": "Une session a au moins une place.",
            "max_value": "Une session a au plus 200 places. Au-delà, faites plusieurs demandes.",
        },
    )
    head_count_case = forms.ChoiceField(
        label="Si le groupe compte moins de cinq personnes, sur quoi s’appuie-t-il ?",
        help_text="Avec cinq places ou plus, gardez le premier choix.",
        choices=HeadCountCase.choices,
        widget=RadioPick(
            hints={
                HeadCountCase.NORMAL: "Ou entrées et sorties permanentes, à dire à l’étape « Le déroulement ».",
                HeadCountCase.GROUPE_EXISTANT: "Apprentis ou autre groupe déjà ouvert : aucun seuil.",
                HeadCountCase.COMPLEMENTAIRE: "Même domaine qu’une session déjà commandée : un seul parcours suffit.",
                HeadCountCase.EQUILIBRE: "Vous attestez l’équilibre, à prix inchangé ; la Région décide.",
            }
        ),
    )
    existing_group = forms.CharField(
        label="Quel est ce groupe existant ?",
        help_text="Par exemple : apprentis en CAP, douze personnes.",
        max_length=200,
    )
    complements: "forms.ModelChoiceField[Session]" = forms.ModelChoiceField(
        None, label="Quelle session complète-t-elle ?", empty_label="Aucune", help_text="Une session du même lot."
    )
    balance = forms.BooleanField(
        label="J’atteste que la session est à l’équilibre financier à cet effectif, sans changement de prix."
    )
    mandataire_informed = forms.BooleanField(
        label="J’ai informé le mandataire du lot de cette demande.",
        help_text="Son accord n’est pas attendu. Le portail le prévient aussi, à l’envoi.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lots = lots_of(self.hat.organisation)
        self.fields["lot"].queryset = lots  # type: ignore[attr-defined]
        self.fields["complements"].queryset = (  # type: ignore[attr-defined]
            Session.objects.filter(lot__in=lots.values("pk")).order_by("-starts_on", "id")
        )
        self.initial["balance"] = self.session_request.balance_stated_at is not None
        if not _is_cotraitant_somewhere(self.hat):
            del self.fields["mandataire_informed"]

    def values(self) -> dict[str, Any]:
        values = super().values()
        if "balance" in self.cleaned_data:
            stated = self.session_request.balance_stated_at
            values["balance_stated_at"] = (stated or timezone.now()) if self.cleaned_data["balance"] else None
        lot = values.get("lot", self.session_request.lot)
        if values.get("mandataire_informed") and lot and role_on(lot, self.hat.organisation) != LotRole.COTRAITANT:
            values["mandataire_informed"] = False
        if self.session_request.place and lot != self.session_request.place.lot:
            values["place"] = None
        return values


def _is_cotraitant_somewhere(hat: Membership) -> bool:
    mine = LotMember.objects.filter(organisation=hat.organisation_id, role=LotRole.COTRAITANT, is_active=True)
    return mine.filter(lot__in=active().values("pk")).exists()
