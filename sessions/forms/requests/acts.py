"""What is asked beside the steps: why a derogation, why a withdrawal, a message."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.rules import Finding
from core.ui.fields import (
    FileField,
)
from core.ui.forms import Ask
from intentions.statement import check_document
from sessions.forms.requests.base import LongText

MESSAGE_ENDINGS = (".pdf", ".docx", ".odt", ".xlsx", ".ods", ".png", ".jpg", ".jpeg", ".eml")


class CheckForm(forms.Form):
    """What is asked before sending: why the Région should grant each derogation."""

    use_required_attribute = False

    def __init__(self, *args: Any, findings: Iterable[Finding], asked: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks = {}
        for finding in findings:
            name = f"motif_{finding.id}"
            self.fields[name] = LongText(
                label=f"Pourquoi demandez-vous cette dérogation ({finding.id}) ?",
                help_text=finding.message("organisme"),
                max_length=2000,
                rows=3,
                initial=asked.get(finding.id, ""),
                error_messages={"required": "Dites à la Région pourquoi : elle lira votre réponse telle quelle."},
            )
            self.asks[name] = Ask(rule_id=finding.id)

    def reasons(self) -> dict[str, str]:
        return {name.removeprefix("motif_"): text for name, text in self.cleaned_data.items()}


class WithdrawForm(forms.Form):
    reason = LongText(
        label="Pourquoi retirez-vous cette demande ?",
        help_text="La Région et les employeurs rattachés le liront.",
        max_length=2000,
        rows=3,
        error_messages={"required": "Dites pourquoi : la Région et les employeurs le liront."},
    )


class ReferentForm(forms.Form):
    """Who follows an authorised session for the Réseau pour l’emploi (R104)."""

    use_required_attribute = False

    network_referent = forms.CharField(
        label="Référent du Réseau pour l’emploi",
        help_text="Une personne ou un service, public sur la fiche de la session.",
        max_length=160,
        error_messages={"required": "Écrivez qui suit la session pour le Réseau pour l’emploi."},
    )


class MessageForm(forms.Form):
    use_required_attribute = False

    text = LongText(
        label="Votre message", max_length=4000, rows=4, error_messages={"required": "Écrivez votre message."}
    )
    file = FileField(label="Pièce jointe", required=False, endings=MESSAGE_ENDINGS)

    def clean_file(self) -> UploadedFile | None:
        """An ending proves nothing: the content is looked at too."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file:
            check_document(file)
        return file or None
