"""The queue as a table, for the screen and for files alike."""

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.ui import html
from core.ui.french import pluriel
from core.ui.tables import Column, Table
from sessions.enums import RequestState
from sessions.models import SessionRequest
from sessions.views.tables import STATE_TONES, verdict_badge


def _site(asked: SessionRequest) -> str:
    commune = asked.place.commune if asked.place else asked.place_commune
    return f"{asked.organisme} · {commune.name}" if commune else str(asked.organisme)


def days_waited(asked: SessionRequest) -> int | None:
    """Whole days since the file became complete."""
    if asked.completed_at is None:
        return None
    return (timezone.localdate() - timezone.localdate(asked.completed_at)).days


def _waited(asked: SessionRequest) -> SafeString:
    days = days_waited(asked)
    if days is None or asked.state not in RequestState.queue():
        return format_html("")
    return html.badge(pluriel(days, "jour"), "non" if asked.is_late else "line", "clock")  # type: ignore[attr-defined]


def _state(asked: SessionRequest) -> SafeString:
    state = RequestState(asked.state)
    return html.badge(state.region_label, STATE_TONES[state])


def _to_decide(asked: SessionRequest) -> str:
    count: int = asked.to_decide  # type: ignore[attr-defined]
    return pluriel(count, "dérogation") if count else ""


QUEUE = Table(
    caption="Demandes de session",
    columns=[
        Column("rang", "Rang", value="rank", kind="integer"),
        Column("intitule", "Demande", value="title", link=lambda row: reverse("region_demande", args=[row.pk])),
        Column(
            "numero", "Numéro", value="number", show=lambda row: format_html('<span class="nb">{}</span>', row.number)
        ),
        Column("ou", "Organisme et lieu", value=_site),
        Column("lot", "Lot", value="lot.number", kind="integer"),
        Column("etat", "État", value=lambda row: RequestState(row.state).region_label, show=_state),
        Column("verdict", "Verdict", value="verdict", show=lambda row: verdict_badge(row.verdict)),
        Column("decider", "À décider", value=_to_decide),
        Column("attente", "Attend depuis (jours)", value=days_waited, kind="integer", show=_waited),
        Column("suivie", "Instruite par", value=lambda row: str(row.assigned_to or "")),
    ],
)
