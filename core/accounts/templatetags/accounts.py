"""`{% hat_field %}`: the hidden field that pins a form to the hat it was opened with."""

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.accounts.demo import DEMO_ACCOUNTS, DemoAccount
from core.accounts.hats import FIELD

register = template.Library()


@register.simple_tag(takes_context=True)
def hat_field(context: template.Context) -> SafeString:
    """The number of the hat worn now; nothing for a person without a hat. Put it in every form that writes."""
    hat = getattr(context.get("request"), "hat", None)
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, hat.pk) if hat else SafeString()


@register.simple_tag
def demo_accounts() -> tuple[DemoAccount, ...]:
    """The demonstration's people, for the sign-in page; none outside demo mode."""
    return DEMO_ACCOUNTS if settings.DEMO else ()
