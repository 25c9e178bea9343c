"""A look behind the screens for the portal's administrators: nothing is changed here, the workflow does that."""

from django.contrib import admin

from core.ui.admin import ReadOnlyAdmin
from intentions.models import ColumnMapping, ImportBatch, Intention, IntentionDerogation, Post


@admin.register(Intention)
class IntentionAdmin(ReadOnlyAdmin):
    list_display = ("number", "employer", "job_title", "state", "filed_at")
    list_filter = ("state", "origin", "channel")
    search_fields = ("number", "employer__name", "job_title")
    list_select_related = ("employer",)


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ("intention", "rank", "state")
    list_select_related = ("intention",)


@admin.register(IntentionDerogation)
class IntentionDerogationAdmin(ReadOnlyAdmin):
    list_display = ("intention", "rule", "state", "decided_at")
    list_select_related = ("intention",)


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    list_display = ("file_name", "hat", "state", "row_count", "created_at")
    list_select_related = ("hat__user", "hat__organisation")


@admin.register(ColumnMapping)
class ColumnMappingAdmin(admin.ModelAdmin):
    list_display = ("organisation", "headers_hash", "updated_at")
    list_select_related = ("organisation",)
