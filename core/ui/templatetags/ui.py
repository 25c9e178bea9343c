"""The template face of :mod:`core.ui`: French wording, small pieces of markup, help for components."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm
from django.http import QueryDict
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from core.rules.catalogue import source_words
from core.ui import components, french, html
from core.ui.forms import Question
from core.ui.parts import parts as make_parts

register = template.Library()


def _number(value: Any) -> Any:
    return None if value in (None, "") else value


def _wall(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _day(value: date | datetime) -> date:
    return _wall(value).date() if isinstance(value, datetime) else value


@register.filter
def nombre(value: Any, decimals: int | None = None) -> str:
    """``{{ n|nombre }}`` → « 1 234,5 »; ``{{ n|nombre:2 }}`` keeps two decimals. Empty for nothing."""
    return "" if _number(value) is None else french.nombre(value, decimals)


@register.filter
def euros(value: Any) -> str:
    """« 1 234,50 € »."""
    return "" if _number(value) is None else french.euros(value)


@register.filter
def heures(value: Any) -> str:
    """« 1 234,50 heures »."""
    return "" if _number(value) is None else french.heures(value)


@register.filter
def heures_courtes(value: Any) -> str:
    """« 35 h »."""
    return "" if _number(value) is None else french.heures_courtes(value)


@register.filter
def pourcent(value: Any) -> str:
    """A share of 1 as « 28 % »."""
    return "" if _number(value) is None else french.pourcent(value)


@register.filter
def taille(value: Any) -> str:
    """« 1,2 Mo »."""
    return "" if _number(value) is None else french.taille(value)


@register.filter
def jour(value: date | datetime | None) -> str:
    """« mardi 10 novembre 2026 »."""
    return french.jour(_day(value)) if value else ""


@register.filter
def jour_simple(value: date | datetime | None) -> str:
    """« 10 novembre 2026 »."""
    return french.jour(_day(value), weekday=False) if value else ""


@register.filter
def jour_court(value: date | datetime | None) -> str:
    """« 10/11/2026 »."""
    return french.jour_court(_day(value)) if value else ""


@register.filter
def jour_abrege(value: date | datetime | None) -> str:
    """« 10 nov. 2026 »."""
    return french.jour_abrege(_day(value)) if value else ""


@register.filter
def mois(value: date | datetime | None) -> str:
    """« novembre 2026 »."""
    return french.mois(_day(value)) if value else ""


@register.filter
def de_mois(value: date | datetime | None) -> str:
    """« d’octobre 2026 »."""
    return french.de_mois(_day(value)) if value else ""


@register.filter
def a_commune(value: Any) -> str:
    """``{{ commune.name|a_commune }}`` → « à Nantes », « au Mans », « aux Herbiers »."""
    return french.a_commune(str(value)) if value else ""


@register.filter
def mois_court(value: date | datetime | None) -> str:
    """« nov. 2026 »."""
    return french.mois_court(_day(value)) if value else ""


@register.filter
def moment(value: datetime | date | None) -> str:
    """« 23 octobre 2026 à 9 h 14 », in Paris time; a plain date gives its day."""
    if not value:
        return ""
    return french.moment(_wall(value)) if isinstance(value, datetime) else french.jour(value, weekday=False)


@register.filter
def valeur(value: Any) -> Any:
    """What a fact holds: a date or a moment in our words, the rest as it is."""
    return moment(value) if isinstance(value, date) else value


@register.filter
def heure(value: datetime | None) -> str:
    """« 9 h 14 »."""
    return french.heure(_wall(value)) if value else ""


@register.filter
def depuis(value: datetime | date | None) -> str:
    """« il y a 3 jours », « hier », « dans 2 heures »."""
    if not value:
        return ""
    now = timezone.localtime()
    if not isinstance(value, datetime):
        midnight = datetime.min.time()
        if value == now.date():
            return "aujourd’hui"
        return french.depuis(datetime.combine(value, midnight), datetime.combine(now.date(), midnight))
    return french.depuis(_wall(value) if timezone.is_aware(value) else timezone.make_aware(value), now)


@register.filter
def pluriel(value: Any, words: str) -> str:
    """``{{ 3|pluriel:"place libre,places libres" }}`` → « 3 places libres »; one word takes an s."""
    singular, _, plural = words.partition(",")
    return french.pluriel(value or 0, singular, plural or None)


@register.filter
def accord(value: Any, words: str) -> str:
    """The word alone: ``{{ n|accord:"est libre,sont libres" }}``."""
    singular, _, plural = words.partition(",")
    return french.accord(value or 0, singular, plural or None)


@register.filter
def liste(value: Iterable[Any]) -> str:
    """« a, b et c »."""
    return french.liste(str(item) for item in value)


@register.filter
def majuscule(value: Any) -> str:
    """First letter in capitals."""
    return french.majuscule(str(value))


@register.filter
def nbsp(value: Any) -> str:
    """Hard spaces and typographic marks, for text that a person typed."""
    return french.typo(str(value))


@register.filter(name="provenance")
def provenance_filter(source: str) -> str:
    """The source of a figure, with its documents named: see `core.rules.catalogue.source_words`."""
    return source_words(source)


@register.simple_tag
def periode(start: date, end: date, court: bool = False) -> str:
    """« du 16 novembre 2026 au 26 mars 2027 »; ``court=True`` for cards."""
    return french.periode(_day(start), _day(end), court=court)


@register.simple_tag
def regle(rule_id: str) -> SafeString:
    """``{% regle "R31" %}`` → the rule's id, linking to its text."""
    return html.rule_link(rule_id)


@register.simple_tag
def icon(name: str, size: int = 16, label: str = "") -> SafeString:
    """A drawing: ``{% icon "arrow" %}``."""
    return html.icon(name, int(size or 16), label)


@register.simple_tag
def badge(label: str, tone: str = "", icon_name: str = "") -> SafeString:
    """``{% badge "Éligible" "ok" %}``: the quick form of ``<c-badge>`` for long lists."""
    return html.badge(label, tone, icon_name)


@register.simple_tag
def pips(
    filled: int, total: int, missing: int = 0, shape: str = "circle", size: int = 13, label: str = ""
) -> SafeString:
    """Posts and people as shapes."""
    return html.pips(
        filled, total, missing=int(missing or 0), shape=shape or "circle", size=int(size or 13), label=label
    )


@register.simple_tag
def gauge(value: Any, maxi: Any, mini: Any = None, extra: Any = 0, label: str = "") -> SafeString:
    """A share of a maximum."""
    return html.gauge(value, maxi, mini=_number(mini), extra=_number(extra) or 0, label=label)


@register.simple_tag(takes_context=True)
def check(context: Context, name: str) -> str:
    """Compare the component's arguments with its declaration; raises where components are strict."""
    if components.strict():
        attrs = context.get("attrs")
        written = dict(attrs.dict) if attrs is not None else {}
        declared = components.COMPONENTS[name].args if name in components.COMPONENTS else {}
        components.check(name, {key: context.get(key) for key in declared}, written)
    return ""


@register.simple_tag
def parts(kind: str, items: Any) -> list[Any]:
    """``{% parts "step" items as steps %}``: dicts and tuples become the component's own shapes."""
    return make_parts(kind, items)


@register.simple_tag
def verdict_word(tone: str) -> str:
    """The word of a verdict's tone."""
    return {"ok": "Éligible", "doute": "À instruire", "non": "Non éligible"}.get(tone, "")


@register.simple_tag
def button_class(variant: str, size: str, more: str | None = None) -> str:
    """The classes of a button; ``bigfull`` is both."""
    words = ["btn", variant, *(("big", "full") if size == "bigfull" else (size,)), more]
    return " ".join(word for word in words if word)


@register.simple_tag
def message_tone(level: str) -> str:
    """The tone of a Django message."""
    return {"success": "ok", "warning": "doute", "error": "non"}.get(level, "info")


@register.simple_tag
def has_optional(form: BaseForm) -> bool:
    """Whether the form must say which answers may be left out: not for a message and its attachment, nor if all may."""
    fields = form.visible_fields()
    optional = [isinstance(field, Question) and field.optional for field in fields]
    return len(fields) > 2 and any(optional) and not all(optional)


@register.simple_tag
def tone_word(tone: str) -> str:
    """What a mark means to someone who cannot see it."""
    words = {"ok": "Acquis", "doute": "À vérifier", "non": "Bloquant", "info": "Pour information"}
    return f"{words[tone]}{french.NBSP}: " if tone in words else ""


@register.simple_tag
def hidden_fields(fields: dict[str, Any] | None) -> SafeString:
    """A dict as hidden inputs."""
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', (fields or {}).items())


@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: Any) -> str:
    """The address's own query with some values changed: ``{% query_string page=2 %}``.

    None or "" takes a key away; a list gives it several values; empty values are dropped, so that an
    address stays short. Any change other than ``page`` goes back to the first page.
    """
    query: QueryDict = context["request"].GET.copy()
    if "page" not in changes:
        query.pop("page", None)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, list | tuple):
            query.setlist(key, [str(item) for item in value])
        else:
            query[key] = str(value)
    kept = QueryDict(mutable=True)
    for key, values in query.lists():
        if filled := [value for value in values if value != ""]:
            kept.setlist(key, filled)
    text = kept.urlencode()
    return f"?{text}" if text else "?"


@register.simple_tag
def htmx_config() -> str:
    """htmx's settings as the content of its meta element: no injected style, no eval, our own host only."""
    return json.dumps(
        {
            "includeIndicatorStyles": False,
            # Not the style: what a person has resized would come back as an inline style, which the policy refuses.
            "attributesToSettle": ["class", "width", "height"],
            "allowEval": False,
            "selfRequestsOnly": True,
            "allowScriptTags": False,
            "historyCacheSize": 0,
            "timeout": 15000,
            "responseHandling": [
                {"code": "204", "swap": False},
                {"code": "[23]..", "swap": True},
                {"code": "422", "swap": True},
                {"code": "[45]..", "swap": False, "error": True},
            ],
        }
    )


@register.filter
def plain(value: Any) -> str:
    """A number as a machine reads it, for attributes: « 1234.5 », whatever the language."""
    return format(french.to_decimal(value or 0), "f")
