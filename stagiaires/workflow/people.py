"""The file of a person: written once, found again by whoever types the same, never shown to him for that."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import events
from core.journal.refusals import Refused, lost_race
from core.reference.text import normalise
from stagiaires.identity import identity_key
from stagiaires.models import Stagiaire
from stagiaires.queries import people as queries

KNOWN = "Cette personne est déjà connue du portail."
OTHER_IDENTITY = (
    "Cet identifiant France Travail est déjà connu sous un autre nom ou une autre date de naissance. Vérifiez-les ; si "
    "la personne a changé de nom, écrivez celui sous lequel elle est inscrite."
)
IDENTITY = ("first_name", "last_name", "birth_on")
# What a second service may complete when the file lacks it: never how the person is reached, which is each one's own.
COMPLETED = ("ft_identifier", "category", "level", "sex")
OWN = (*COMPLETED, "birth_name", "email", "phone", "address", "postcode", "city")
FIELDS = (*IDENTITY, *OWN)


@dataclass(frozen=True)
class Match:
    """What the portal knows of what was typed. `doubt`: a French sentence, when only a person can tell.

    `may_be_another`: it may well be someone else of the same name and birthday; one who says so is believed.
    """

    stagiaire: Stagiaire | None = None
    doubt: str = ""
    may_be_another: bool = False


class Doubt(Refused):
    """Refused for now: the same answers pass once one has said that it is another person."""


def candidates_for(answers: Iterable[dict[str, Any]]) -> list[Stagiaire]:
    """Every file that one of these answers may describe, in one query."""
    same = Q(pk=None)
    for values in answers:
        if number := values.get("ft_identifier"):
            same |= Q(ft_identifier__iexact=number)
        if key := _key(values):
            same |= Q(identity_key=key)
    return list(Stagiaire.objects.filter(same, purged_at=None).select_related("created_by").order_by("id")[:1000])


def _key(values: dict[str, Any]) -> str:
    return identity_key(values["last_name"], values["first_name"], values.get("birth_on"))


def recognise(values: dict[str, Any], among: Iterable[Stagiaire] | None = None) -> Match:
    """Find the person that these answers describe: same France Travail identifier, or same name and birth date.

    Two people may share both name and birthday: two identifiers that differ are a doubt, not a match. An identifier
    borne by someone born another day is a doubt too. Nothing of a file is said beyond what was typed.

    `among`: the files of `candidates_for`, when many answers are looked at together.
    """
    number, key = (values.get("ft_identifier") or "").upper(), _key(values)
    files = candidates_for([values]) if among is None else among
    found = [
        one for one in files if (number and one.ft_identifier.upper() == number) or (key and one.identity_key == key)
    ]
    by_number = next((one for one in found if number and one.ft_identifier.upper() == number), None)
    if by_number is not None:
        return Match(by_number) if _same_identity(by_number, values) else Match(doubt=OTHER_IDENTITY)
    free = next((one for one in found if not number or not one.ft_identifier), None)
    if free is not None:
        return Match(free)
    if found:
        return Match(
            doubt="Une personne du même nom, née le même jour, est connue sous un autre identifiant France Travail. "
            "Vérifiez l’identifiant ; s’il s’agit bien d’une autre personne, dites-le ci-dessous.",
            may_be_another=True,
        )
    return Match()


def _same_identity(one: Stagiaire, values: dict[str, Any]) -> bool:
    """Same names, and no other birthday: an identifier alone must not tell whose it is."""
    names = normalise(f"{one.first_name}|{one.last_name}"), normalise(f"{values['first_name']}|{values['last_name']}")
    born = values.get("birth_on")
    return names[0] == names[1] and (not born or not one.birth_on or one.birth_on == born)


def find_or_create(values: dict[str, Any], hat: Membership, *, homonym: bool = False) -> tuple[Stagiaire, bool]:
    """The person's file, and whether the portal knew him. Inside the caller's transaction.

    `homonym`: one has said that it is another person than the one of the same name and birthday. Raises Refused on a
    doubt, and for a hat that proposes nobody.
    """
    if hat.kind not in (OrganisationKind.VALIDEUR, OrganisationKind.ORGANISME):
        raise Refused("Un valideur ou un organisme de formation propose une personne.")
    _one_at_a_time(values)
    match = recognise(values)
    if match.doubt and not (homonym and match.may_be_another):
        raise Doubt(match.doubt) if match.may_be_another else Refused(match.doubt)
    if match.stagiaire is None:
        return _create(values, hat), False
    _complete(match.stagiaire, values, hat)
    return match.stagiaire, True


def correct(stagiaire: Stagiaire, values: dict[str, Any], hat: Membership) -> Stagiaire:
    """Change the file. Raises Refused when this hat does not keep it, or when the answers are another person's."""
    with transaction.atomic(), lost_race({"stagiaire_ft_identifier": _TAKEN}):
        locked = Stagiaire.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=stagiaire.pk)
        if not queries.keeps(hat, locked) or locked.purged_at:
            raise Refused("Seul le service qui suit la personne corrige son dossier.")
        changed = [name for name in FIELDS if name in values and getattr(locked, name) != values[name]]
        for name in changed:
            setattr(locked, name, values[name])
        locked.identity_key = identity_key(locked.last_name, locked.first_name, locked.birth_on)
        locked.save()
        if changed:
            labels = sorted(str(getattr(Stagiaire._meta.get_field(name), "verbose_name", name)) for name in changed)
            events.record(locked, "personne.corrigee", f"Dossier corrigé : {', '.join(labels)}"[:300], hat=hat)
    return locked


_TAKEN = "Cet identifiant France Travail est déjà celui d’une autre personne."


def _one_at_a_time(values: dict[str, Any]) -> None:
    """Two services typing the same person at the same moment make one file: the second waits for the first."""
    key = _key(values)
    with connection.cursor() as cursor:
        for text in sorted({key, values.get("ft_identifier") or ""} - {""}):
            number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _create(values: dict[str, Any], hat: Membership) -> Stagiaire:
    said = {name: values[name] for name in FIELDS if values.get(name) is not None}
    with lost_race({"stagiaire_ft_identifier": _TAKEN}):
        made = Stagiaire.objects.create(**said, identity_key=_key(values), created_by=hat)
    events.record(made, "personne.inscrite", "Dossier ouvert", hat=hat)
    return made


def _complete(stagiaire: Stagiaire, values: dict[str, Any], hat: Membership) -> None:
    """Fill what the file lacks, overwrite nothing, and keep who recognised it."""
    own = stagiaire.created_by.organisation_id == hat.organisation_id
    fields = [name for name in (OWN if own else COMPLETED) if values.get(name) and not getattr(stagiaire, name)]
    for name in fields:
        setattr(stagiaire, name, values[name])
    if fields:
        with lost_race({"stagiaire_ft_identifier": _TAKEN}):
            stagiaire.save(update_fields=[*fields, "updated_at"])
    events.record(stagiaire, "personne.reconnue", "Personne reconnue d’après son identité", hat=hat, internal=True)
