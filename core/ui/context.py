"""What every page's frame needs: header entries for the hat, the hats to change to, footer, demo banner."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.ui import navigation


@dataclass(frozen=True)
class Worn:
    """A hat as the header writes it."""

    pk: Any
    label: str
    organisation: str
    kind: str


def _worn(hat: Any) -> Worn | None:
    if not hat:
        return None
    organisation = hat.organisation
    label = getattr(hat, "label", "") or getattr(organisation, "get_kind_display", lambda: "")()
    return Worn(hat.pk, str(label), str(organisation), str(hat.kind))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor giving ``shell``.

    Reads ``request.hat`` (an object with ``label``, ``organisation`` and ``kind``; may be missing or
    None) and ``request.hats`` (the person's hats, same shape plus ``pk``; may be missing).
    """
    hat = _worn(getattr(request, "hat", None))
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    nav = navigation.entries_for(hat.kind if hat else navigation.PUBLIC, request.path)
    return {
        "shell": {
            "nav": nav,
            "room": next((link for link in nav if link["current"] and link["inside"]), None),
            "hat": hat,
            "hats": [worn for one in getattr(request, "hats", ()) if (worn := _worn(one))],
            "signed_in": signed_in,
            "user_label": str(user) if signed_in else "",
            "places": {key: navigation.place_link(key) for key in navigation.PLACES},
            "footer": [link for key in navigation.FOOTER if (link := navigation.place_link(key))],
            "demo": bool(getattr(settings, "DEMO", False)),
        }
    }
