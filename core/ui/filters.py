"""The filters of the list pages. They live in the address: a list can be sent to a colleague as it stands."""

from typing import Any

import django_filters
from django import forms
from django.urls import reverse

FORMATS = (("csv", "CSV"), ("xlsx", "Tableur"))


class ListFilter(django_filters.FilterSet):
    """What every list may be narrowed by starts from here; each room adds its fields."""

    @property
    def form(self) -> forms.Form:
        """Nothing is compulsory in a filter: no need to say so at each."""
        form: forms.Form = super().form
        for field in form.fields.values():
            field.hide_optional = True  # type: ignore[attr-defined]
        return form

    @property
    def active(self) -> int:
        """How many filters the address holds."""
        return sum(1 for name in self.form.fields if self.data.get(name))

    def head(self, export: str, *where: Any) -> dict[str, Any]:
        """What `ui/filtres.html` shows over the list; `export` is the name of the address that takes a format.

        `where`: what that address takes before the format.
        """
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        exports = [(label, reverse(export, args=[*where, fmt]) + query) for fmt, label in FORMATS]
        return {"filter": self, "active": self.active, "exports": exports}
