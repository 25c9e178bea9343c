"""The official lists in the back-office: a row corrected by hand would be undone by the next edition."""

from django.contrib import admin

from core.reference import models
from core.ui.admin import ReadOnlyAdmin


@admin.register(models.Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("source", "label", "published_on", "loaded_at", "rows_loaded", "rows_refused", "rows_retired")
    list_filter = ("source",)


@admin.register(models.Departement)
class DepartementAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "in_region", "retired_on")
    list_filter = ("in_region",)


@admin.register(models.Commune)
class CommuneAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "departement", "territoire", "population", "retired_on")
    list_filter = ("departement",)
    list_select_related = ("departement", "territoire")
    search_fields = ("search", "code")


@admin.register(models.Appellation)
class AppellationAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "metier", "retired_on")
    list_select_related = ("metier",)
    search_fields = ("search", "metier__code")


@admin.register(models.Certification)
class CertificationAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "level", "filiere", "valid_until", "retired_on")
    list_filter = ("kind", "level", "filiere")
    list_select_related = ("filiere",)
    search_fields = ("search",)


@admin.register(models.CertificationBlock)
class CertificationBlockAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "retired_on")
    search_fields = ("code", "title")


@admin.register(models.Filiere)
class FiliereAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "rank", "is_niche", "retired_on")


@admin.register(models.CollectiveAgreement)
class CollectiveAgreementAdmin(ReadOnlyAdmin):
    list_display = ("code", "title", "opco", "retired_on")
    list_filter = ("opco",)
    list_select_related = ("opco",)
    search_fields = ("code", "title")


@admin.register(models.TerritoireEfop)
class TerritoireAdmin(ReadOnlyAdmin):
    list_display = ("code", "name", "is_stand_in", "retired_on")
    list_filter = ("is_stand_in",)


class CodedAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "retired_on")


@admin.register(models.Metier, models.Formacode, models.Nsf)
class TitledAdmin(CodedAdmin):
    search_fields = ("code", "title")


@admin.register(models.Epci, models.Opco)
class NamedAdmin(CodedAdmin):
    search_fields = ("code", "name")
