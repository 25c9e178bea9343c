"""The market's records in the administration: for looking up and mending, the screens being for daily work."""

from django.contrib import admin
from django.http import HttpRequest

from orders.models import Lot, LotCertification, LotMember, LotPlace, LotPrice, Marche


class MemberInline(admin.TabularInline):
    model = LotMember
    extra = 0
    raw_id_fields = ["organisation", "entered_by"]


class PriceInline(admin.TabularInline):
    """Read here: a price changes by a request that is decided (R124), and by nothing else."""

    model = LotPrice
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Lot | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Lot | None = None) -> bool:
        return False


class PlaceInline(admin.TabularInline):
    model = LotPlace
    extra = 0
    raw_id_fields = ["organisme", "commune"]


class CertificationInline(admin.TabularInline):
    model = LotCertification
    extra = 0
    raw_id_fields = ["certification"]


@admin.register(Marche)
class MarcheAdmin(admin.ModelAdmin):
    list_display = ["number", "title", "starts_on", "ends_on"]
    search_fields = ["number", "title"]


@admin.register(Lot)
class LotAdmin(admin.ModelAdmin):
    list_display = ["number", "title", "marche", "filiere", "is_active"]
    list_filter = ["is_active", "filiere"]
    list_select_related = ["marche", "filiere"]
    search_fields = ["title", "number"]
    raw_id_fields = ["gestionnaire"]
    filter_horizontal = ["departements"]
    inlines = [MemberInline, PriceInline, PlaceInline, CertificationInline]
