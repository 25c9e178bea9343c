"""Candidacies as the files of Kairos and Ouiform say them: to each reader what he may read of a person."""

from typing import Any

from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from stagiaires.enums import PositioningState
from stagiaires.models import Positioning
from stagiaires.queries import positionings as queries

KINDS = (OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME, OrganisationKind.REGION)


def rows(hat: Membership) -> Any:
    """The candidacies that this hat sees, by session then in the order of arrival."""
    return (
        queries.visible_to(hat)
        .select_related("stagiaire__created_by", "session", "valideur", "session__organisme")
        .order_by("session__starts_on", "session__number", "created_at", "id")
    )


def record(one: Positioning, hat: Membership) -> dict[str, Any]:
    """One candidacy. The identifier of a person whose file another service keeps is not told to a second valideur."""
    person = one.stagiaire
    return {
        "personne": {
            "ft_identifier": person.ft_identifier if _keeps(one, hat) else "",
            "last_name": person.last_name,
            "first_name": person.first_name,
            "birth_on": person.birth_on,
        },
        "contact": {"email": one.contact_email, "phone": one.contact_phone},
        "session": {
            "numero": one.session.number,
            "carif": one.session.carif_number,
            "intitule": one.session.title,
            "debut": one.session.starts_on,
        },
        "prescripteur": str(one.valideur or one.session.organisme),
        "propose_le": timezone.localtime(one.created_at).date(),
        "statut": one.state,
        "motif": one.refusal_reason,
        "proposition": one.proposal,
        "note": one.note,
    }


def _keeps(one: Positioning, hat: Membership) -> bool:
    """`queries.people.keeps`, read on the row alone."""
    if hat.kind == OrganisationKind.REGION or one.stagiaire.created_by.organisation_id == hat.organisation_id:
        return True
    answers = hat.kind == OrganisationKind.ORGANISME
    return answers and one.state in (*PositioningState.live(), PositioningState.ABSENT)
