"""What is asked when a partner answers, when another tells a file, and from which day."""

from django import forms

from core.ui.fields import FileField, FrenchDateField, RadioPick
from core.ui.forms import Ask
from sessions.enums import AccessMode
from sessions.forms.requests.base import LongText
from stagiaires.enums import Sender
from stagiaires.exchange_filters import PARTNERS

OTHERS = [(one.value, one.label) for one in (Sender.ORGANISME, Sender.FRANCE_TRAVAIL)]


class AcceptForm(forms.Form):
    use_required_attribute = False

    remote_id = forms.CharField(
        label="Numéro que le partenaire donne au dossier",
        max_length=80,
        required=False,
        help_text="Il sera dit dans les événements suivants de ce dossier.",
    )


class RefuseForm(forms.Form):
    use_required_attribute = False

    reason = LongText(
        label="Motif du refus",
        max_length=1000,
        rows=3,
        help_text="Recopiez celui du partenaire : l’organisme le lit aussi.",
        error_messages={"required": "Recopiez le motif du refus : il dit ce qui est à corriger."},
    )


class ReasonForm(forms.Form):
    use_required_attribute = False

    reason = LongText(
        label="Pourquoi ?", max_length=1000, rows=3, error_messages={"required": "Dites en quelques mots pourquoi."}
    )


class EntrustForm(ReasonForm):
    """Another tells this file."""

    sender = forms.ChoiceField(
        label="Qui transmet ce dossier ?", choices=OTHERS, widget=RadioPick,
        error_messages={"required": "Choisissez qui transmet ce dossier."},
    )  # fmt: skip
    field_order = ("sender", "reason")


class SenderForm(ReasonForm):
    """From a day on, who tells the files of one kind of session."""

    asks = {"valid_from": Ask(width="mid", why="Un dossier garde celui du jour de son admission.")}

    partner = forms.ChoiceField(
        label="À quel partenaire ?", choices=PARTNERS, widget=RadioPick,
        error_messages={"required": "Choisissez le partenaire."},
    )  # fmt: skip
    access_mode = forms.ChoiceField(
        label="Pour quelles sessions ?", choices=AccessMode.choices, widget=RadioPick,
        error_messages={"required": "Choisissez les sessions concernées."},
    )  # fmt: skip
    sender = forms.ChoiceField(
        label="Qui transmet ?", choices=Sender.choices, widget=RadioPick,
        error_messages={"required": "Choisissez qui transmet."},
    )  # fmt: skip
    valid_from = FrenchDateField(
        label="Pour les admissions à partir du", error_messages={"required": "Donnez le premier jour."}
    )
    field_order = ("partner", "access_mode", "sender", "valid_from", "reason")


class AnswersForm(forms.Form):
    """The file of answers that a partner sent back."""

    use_required_attribute = False

    file = FileField(
        label="Fichier de réponses",
        endings=(".csv", ".txt", ".xlsx"),
        max_size=5_000_000,
        help_text="Une ligne par événement : sa clé, A (accepté) ou R (refusé), le numéro du dossier, le motif.",
    )
