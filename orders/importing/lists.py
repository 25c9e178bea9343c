"""What the cells of a file may name: each thing is looked up once, however many lines name it."""

import re
from functools import cache

from core.accounts.enums import OrganisationKind, Role
from core.accounts.models import Organisation, User
from core.accounts.queries import active_hats
from core.reference.models import Certification, Commune, Departement, Epci, Filiere, TerritoireEfop
from core.reference.text import normalise, normalise_place
from orders.queries.territory import Zone, named


class NotNamed(Exception):
    """The words of a cell name nothing, or several things: its text is the rest of a French sentence."""


class Lists:
    """The lists that a file may name, for as long as a worker is at it."""

    def __init__(self) -> None:
        self.certification = cache(self._certification)
        self.organisme = cache(self._organisme)
        self.gestionnaire = cache(self._gestionnaire)
        self.commune = cache(self._commune)
        self.zones = cache(self._zones)
        self._known_zones: dict[type, list[Departement] | list[Epci] | list[TerritoireEfop]] = {}
        self._filieres: list[Filiere] | None = None

    def filiere(self, text: str) -> Filiere:
        """By its code or its name."""
        if self._filieres is None:
            self._filieres = list(Filiere.objects.order_by("rank", "name"))
        word = normalise(text)
        for one in self._filieres:
            if word in (normalise(one.pk), normalise(one.name)):
                return one
        raise NotNamed("n’est pas une filière")

    def _zones(self, model: type[Zone], text: str) -> list[Zone]:
        """Départements, intercommunalités or territories, by codes or names, separated by semicolons."""
        if model not in self._known_zones:
            self._known_zones[model] = list(model.objects.order_by("pk"))
        known: list[Zone] = self._known_zones[model]  # type: ignore[assignment]
        separators = r"[;,\n]+" if model is Departement else r"[;\n]+"
        found, unknown = named(known, [word.strip() for word in re.split(separators, text) if word.strip()])
        if unknown:
            raise NotNamed(f"n’est pas connu\u00a0: {', '.join(unknown)}" if len(unknown) > 1 else "n’est pas connu")
        return found

    def _certification(self, code: str) -> Certification:
        found = Certification.objects.filter(pk=re.sub(r"\s", "", code).upper()).first()
        if found is None:
            raise NotNamed("n’est pas dans la liste des certifications (par exemple RNCP39216 ou RS5054)")
        return found

    def _organisme(self, siret: str, name: str) -> Organisation:
        organismes = Organisation.objects.filter(kind=OrganisationKind.ORGANISME, is_active=True).order_by("pk")
        digits = re.sub(r"\s", "", siret)
        if digits:
            if not re.fullmatch(r"\d{14}", digits, re.ASCII):
                raise NotNamed("n’est pas un SIRET\u00a0: il compte 14 chiffres")
            found = list(organismes.filter(siret=digits)[:2])
            if not found:
                raise NotNamed("n’est le SIRET d’aucun organisme de formation du portail\u00a0: créez-le d’abord")
            if name and normalise(name) != normalise(found[0].name):
                raise NotNamed(f"est le SIRET de {found[0].name}, pas de {name}")
        else:
            found = list(organismes.filter(name__iexact=name)[:2])
            if not found:
                raise NotNamed("n’est le nom d’aucun organisme de formation du portail")
        if len(found) > 1:
            raise NotNamed("nomme plusieurs organismes\u00a0: donnez le SIRET")
        return found[0]

    def _gestionnaire(self, email: str) -> User:
        hats = active_hats(organisation__kind=OrganisationKind.REGION, role=Role.GESTIONNAIRE)
        found = User.objects.filter(pk__in=hats.values("user"), email__iexact=email).first()
        if found is None:
            raise NotNamed("n’est l’adresse d’aucun gestionnaire de la Région")
        return found

    def _commune(self, name: str, postcode: str) -> Commune:
        here = Commune.objects.filter(postcodes__contains=[postcode]).order_by("code")
        word = normalise_place(name)
        found = [one for one in here if word == one.search or word in map(normalise_place, one.former_names)]
        if len(found) != 1:
            raise NotNamed(f"n’est pas une commune du code postal {postcode}")
        return found[0]
