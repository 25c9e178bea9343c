"""The back-office, for the person who repairs: what the portal's own screens do is done there, with its history."""

from django.contrib import admin
from django.db import models

from core.accounts.models import Invitation, JoinRequest, Membership, Organisation, User
from core.ui.admin import KeptAdmin


@admin.register(User)
class UserAdmin(KeptAdmin):
    list_display = ("email", "last_name", "first_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "last_name", "first_name")
    ordering = ("email",)
    fields = ("email", "first_name", "last_name", "phone", "is_active", "is_staff", "is_superuser", "date_joined")
    readonly_fields = ("date_joined",)


@admin.register(Organisation)
class OrganisationAdmin(KeptAdmin):
    list_display = ("name", "kind", "siret", "postcode", "city", "is_active")
    list_filter = ("kind", "is_active", "nature", "network")
    search_fields = ("name", "legal_name", "siret")
    raw_id_fields = ("commune",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    readonly_fields = ("created_at",)


@admin.register(Membership)
class MembershipAdmin(KeptAdmin):
    list_display = ("user", "organisation", "role", "is_active", "created_at")
    list_filter = ("role", "is_active", "organisation__kind")
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "organisation__name")
    raw_id_fields = ("user", "organisation", "deactivated_by")


@admin.register(Invitation)
class InvitationAdmin(KeptAdmin):
    list_display = ("email", "organisation", "role", "created_at", "expires_at", "accepted_at")
    list_select_related = ("organisation",)
    search_fields = ("email", "organisation__name")
    raw_id_fields = ("organisation", "invited_by", "accepted_by")


@admin.register(JoinRequest)
class JoinRequestAdmin(KeptAdmin):
    list_display = ("user", "organisation", "created_at", "accepted", "answered_at")
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "organisation__name")
    raw_id_fields = ("user", "organisation", "answered_by")
