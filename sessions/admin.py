"""Requests in the administration: to look up. States and decisions change through the workflow alone."""

from django.contrib import admin
from django.http import HttpRequest

from core.ui.admin import ReadOnlyAdmin
from sessions.models import Coverage, RequestDerogation, SessionRequest


class ReadOnlyInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class CoverageInline(ReadOnlyInline):
    model = Coverage


class DerogationInline(ReadOnlyInline):
    model = RequestDerogation


@admin.register(SessionRequest)
class SessionRequestAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "organisme", "lot", "state", "verdict", "completed_at"]
    list_filter = ["state", "access_mode", "verdict"]
    list_select_related = ["organisme", "lot"]
    search_fields = ["number", "title", "organisme__name"]
    date_hierarchy = "created_at"
    inlines = [CoverageInline, DerogationInline]
