"""The lists of parcours, declared once for each who reads them, for the screen and for the files.

No file holds contact data nor a sensitive fact; an employer's holds short names only.
"""

from django.urls import reverse
from django.utils.safestring import SafeString

from core.accounts.enums import OrganisationKind
from core.ui import html
from core.ui.tables import Column, Empty, Table
from stagiaires.enums import CertificationResult, ParcoursState
from stagiaires.models import Parcours

TONES = {
    ParcoursState.PREVU: "info",
    ParcoursState.EN_COURS: "ok",
    ParcoursState.SUSPENDU: "doute",
    ParcoursState.ACHEVE: "acc",
    ParcoursState.ABANDONNE: "non",
    ParcoursState.EXCLU: "non",
    ParcoursState.ANNULE: "line",
}
FILTERED = Empty("Aucun parcours ne répond à ces filtres", "Ôtez un filtre pour en voir davantage.", "?",
                 "Ôter les filtres")  # fmt: skip
EMPTY = Empty("Aucun parcours pour l’instant", "Un parcours commence quand l’organisme admet un candidat.")


def state_badge(parcours: Parcours) -> SafeString:
    return html.badge(parcours.get_state_display(), TONES[ParcoursState(parcours.state)])


def _page(parcours: Parcours) -> str:
    return reverse("parcours_detail", args=[parcours.pk])


def _result(parcours: Parcours) -> str:
    said = getattr(parcours, "result", None)
    return str(CertificationResult(said).label) if said else ""


def _hire(parcours: Parcours) -> str:
    if not getattr(parcours, "is_hired", False):
        return ""
    return "À confirmer" if getattr(parcours, "to_confirm", False) else "Embauché"


def _employer(parcours: Parcours) -> str:
    if parcours.post is not None:
        return str(parcours.post.intention.employer)
    return "" if parcours.funded else "Non financé"


def table_for(kind: str, hat_organisation: int | None = None, *, one_session: bool = False) -> Table:
    """The table of this kind of reader; the session's column goes where there is only one."""
    short = kind == OrganisationKind.EMPLOYEUR
    person = Column("stagiaire", "Stagiaire", value="stagiaire.short_name" if short else "stagiaire", link=_page)
    session = Column("session", "Session", value=lambda one: f"{one.session.title} ({one.session.number})")
    columns = [person] if one_session else [person, session]
    columns += [
        Column("entree", "Entrée", value="starts_on", kind="date"),
        Column("fin", "Fin", value=lambda one: one.left_on or one.ends_on, kind="date"),
        Column("etat", "État", value=lambda one: one.get_state_display(), show=state_badge),
    ]
    if short:
        mine = lambda one: one.post is not None and one.post.intention.employer_id == hat_organisation  # noqa: E731
        columns.append(Column("poste", "Votre poste", value=mine, kind="bool"))
    else:
        columns.append(Column("employeur", "Employeur", value=_employer))
    if kind == OrganisationKind.REGION:
        columns.append(Column("organisme", "Organisme", value="organisme"))
    if kind in (OrganisationKind.REGION, OrganisationKind.ORGANISME):
        columns.append(Column("valideur", "Proposé par", value=lambda one: one.positioning.valideur or "L’organisme"))
        columns.append(Column("heures", "Heures prévues", value="hours_total", kind="hours", on_screen=False))
        columns.append(Column("finance", "Financé par la Région", value="funded", kind="bool", on_screen=False))
        columns.append(
            Column(
                "motif",
                "Motif de sortie",
                value=lambda one: one.get_exit_reason_display() if one.exit_reason else "",
                on_screen=False,
            )
        )
    columns += [Column("resultat", "Certification", value=_result), Column("embauche", "Embauche", value=_hire)]
    return Table("Parcours", columns, empty=EMPTY)
