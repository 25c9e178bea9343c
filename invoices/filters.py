"""What the list of invoices may be narrowed by. The filters live in the address."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from core.accounts.access import hat_of
from core.ui.filters import ListFilter
from invoices.enums import ChorusStatus, InvoiceKind, InvoiceState
from invoices.models import Invoice
from invoices.queries.deposits import came_back, to_deposit
from invoices.queries.payment import late, soon_late
from orders.queries.market import kept_by

WHERE = (
    ("a_deposer", "À déposer"),
    ("en_cours", "En cours de traitement"),
    ("a_reprendre", "À reprendre"),
    ("en_retard", "En retard de paiement"),
    ("bientot", "Bientôt en retard"),
    ("suspendue", "Délai suspendu"),
    ("payee", "Mises en paiement"),
    ("annulee", "Annulées"),
)

LOTS = (("miens", "Ceux que je suis ou que personne ne suit"),)


class InvoiceFilter(ListFilter):
    q = django_filters.CharFilter(
        label="Numéro, bon de commande ou organisme", method="search", widget=forms.TextInput({"type": "search"})
    )
    ou = django_filters.ChoiceFilter(label="Où elle en est", method="stands", choices=WHERE, empty_label="Partout")
    lots = django_filters.ChoiceFilter(label="Lots", method="own", choices=LOTS, empty_label="Tous les lots")

    class Meta:
        model = Invoice
        fields: list[str] = []

    def search(self, queryset: QuerySet[Invoice], name: str, value: str) -> QuerySet[Invoice]:
        text = value.strip()[:100]
        named = Q(number__icontains=text) | Q(order__number__icontains=text) | Q(issuer__name__icontains=text)
        return queryset.filter(named)

    def stands(self, queryset: QuerySet[Invoice], name: str, value: str) -> QuerySet[Invoice]:
        if value == "annulee":
            return queryset.filter(state=InvoiceState.ANNULEE)
        issued = queryset.filter(state=InvoiceState.EMISE)
        living = issued.filter(kind=InvoiceKind.FACTURE)  # a credit note is deposited, and never paid
        paid = ChorusStatus.MISE_EN_PAIEMENT
        if value == "bientot":
            return soon_late(living)
        return {
            "a_deposer": issued.filter(to_deposit(), deposit=None),
            "en_cours": issued.exclude(status=paid).exclude(came_back()).exclude(status="", deposit=None),
            "a_reprendre": issued.filter(came_back()),
            "en_retard": late(living),
            "suspendue": living.exclude(status__in=ChorusStatus.final()).filter(
                suspension__isnull=False, suspension__resumed_on=None, suspension__withdrawn_at=None
            ),
            "payee": living.filter(status=paid),
        }[value]

    def own(self, queryset: QuerySet[Invoice], name: str, value: str) -> QuerySet[Invoice]:
        return queryset.filter(kept_by(hat_of(self.request), "order__lot"))
