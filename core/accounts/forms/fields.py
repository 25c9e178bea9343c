"""Answers that are checked the same way wherever they are asked."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from stdnum import exceptions as stdnum
from stdnum.fr import siret


class SiretField(forms.CharField):
    """Fourteen digits that pass the register's check (La Poste has its own); spaces are welcome.

    Gives the digits alone.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "SIRET de l’établissement")
        kwargs.setdefault("help_text", "Quatorze chiffres, que l’on trouve sur un bulletin de paie ou un Kbis.")
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        kwargs.setdefault("error_messages", {"required": "Donnez le SIRET de l’établissement."})
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        digits = siret.compact(text.replace("\xa0", "").replace("-", ""))
        try:
            return str(siret.validate(digits))
        except (stdnum.InvalidLength, stdnum.InvalidFormat) as error:
            raise ValidationError(
                f"Un SIRET compte 14 chiffres. Vous en avez donné {sum(sign.isdigit() for sign in digits)}."
            ) from error
        except stdnum.ValidationError as error:
            raise ValidationError("Ce numéro n’existe pas : deux chiffres sont peut-être inversés.") from error


nda_shape = RegexValidator(
    r"^(\d{11}|\d{4}P\d{6})$", "Un numéro de déclaration d’activité compte 11 chiffres, par exemple 52440123456."
)
postcode_shape = RegexValidator(r"^\d{5}$", "Un code postal compte 5 chiffres.")
idcc_shape = RegexValidator(r"^\d{4}$", "Un numéro de convention (IDCC) compte 4 chiffres, par exemple 0843.")
