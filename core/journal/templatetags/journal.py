"""`{% idempotency_key %}`: the hidden field that every creating form carries."""

import uuid

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.journal.idempotency import FIELD

register = template.Library()


@register.simple_tag(takes_context=True)
def idempotency_key(context: template.Context) -> SafeString:
    """The key of this showing of the form; a form shown again with errors keeps the key it came with."""
    request = context.get("request")
    key = (request.POST.get(FIELD) if request else None) or uuid.uuid4()
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, key)
