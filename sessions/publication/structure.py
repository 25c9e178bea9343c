"""The part of the LHÉO 2.3 grammar that the portal emits: order, cardinality, lengths, codes.

Source: the reference of the LHÉO 2.3 language, published at http://lheo.gouv.fr/2.3. The official
schema file carries no licence, so it is not shipped with the project; this table stands in for it
at run time, and a test compares the two where the file is at hand. ``validate_element`` takes the
path of that file as well, and then applies both.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from sessions.publication.text import is_legal

NS = "http://lheo.gouv.fr/2.3"

# Children of each container, in their compulsory order: « ? » 0..1, « * » 0..n, « + » 1..n,
# « {m,n} » m..n, nothing: exactly one. Elements that we never emit are there too, so that the table
# is the whole content model of the container.
_CONTENT = {
    "formation": """domaine-formation intitule-formation objectif-formation resultats-attendus
        contenu-formation certifiante contact-formation+ parcours-de-formation code-niveau-entree
        objectif-general-formation? certification{0,5} code-type-formation{0,5} code-niveau-sortie?
        url-formation? action+ organisme-formation-responsable identifiant-module? positionnement?
        sous-modules? modules-prerequis? extras*""",
    "domaine-formation": "code-FORMACODE{0,5} code-NSF{0,3} code-ROME{0,5} extras*",
    "contact-formation": "type-contact? coordonnees extras*",
    "contact-session": "type-contact? coordonnees extras*",
    "contact-formateur": "type-contact? coordonnees extras*",
    "contact-organisme": "type-contact? coordonnees extras*",
    "coordonnees": """civilite? nom? prenom? ligne{0,3} adresse? telfixe? portable? fax? courriel?
        web? extras*""",
    "adresse": """denomination? ligne{1,4} codepostal ville departement? code-INSEE-commune?
        code-INSEE-canton? region? pays? geolocalisation? extras*""",
    "geolocalisation": "latitude longitude extras*",
    "telfixe": "numtel{1,3} extras*",
    "portable": "numtel{1,3} extras*",
    "certification": """code-RNCP? code-CERTIFINFO? code-RS? code-CPF? reference-code-FORMACODE?
        extras*""",
    "url-formation": "urlweb{1,3} extras*",
    "url-action": "urlweb{1,3} extras*",
    "url-session": "urlweb{1,3} extras*",
    "action": """rythme-formation code-public-vise{1,10} info-public-vise? niveau-entree-obligatoire
        modalites-alternance modalites-enseignement conditions-specifiques
        prise-en-charge-frais-possible lieu-de-formation* modalites-entrees-sorties url-action?
        duree-cycle? session+ adresse-information? date-information{0,3} restauration? hebergement?
        transport? acces-handicapes? langue-formation{0,5} modalites-recrutement?
        modalites-pedagogiques? code-modalite-pedagogique{0,5} equipement* frais-restants?
        code-perimetre-recrutement? infos-perimetre-recrutement? prix-horaire-TTC? prix-total-TTC?
        duree-indicative? nombre-heures-centre? nombre-heures-entreprise? nombre-heures-total?
        detail-conditions-prise-en-charge? conventionnement? duree-conventionnee?
        organisme-formateur* organisme-financeur{0,8} enseignement* extras*""",
    "lieu-de-formation": "SIRET-lieu-formation? code-UAI-lieu-formation? coordonnees extras*",
    "SIRET-lieu-formation": "SIRET extras*",
    "SIRET-formateur": "SIRET extras*",
    "SIRET-organisme-formation": "SIRET extras*",
    "session": """periode adresse-inscription modalites-inscription? periode-inscription?
        etat-recrutement? recrutement* url-session? contact-session* reference-certification{0,5}
        blocs-competences* cycle* extras*""",
    "periode": "debut fin extras*",
    "periode-inscription": "periode",
    "adresse-inscription": "adresse extras*",
    "adresse-information": "adresse extras*",
    "date-information": "date extras*",
    "recrutement": """modalite-recrutement code-perimetre-recrutement? infos-perimetre-recrutement?
        a-distance? adresse? urlweb? nb-places? periode? heure-debut? heure-fin? commentaire?
        extras*""",
    "reference-certification": """reference-code-RNCP? reference-code-CERTIFINFO? reference-code-RS?
        extras*""",
    "blocs-competences": "validation-blocs reference-certification bloc-competences+ extras*",
    "bloc-competences": "libelle-bloc code-bloc extras*",
    "organisme-formateur": """SIRET-formateur raison-sociale-formateur contact-formateur* potentiel?
        code-UAI-formateur? reference-certification{0,5} extras*""",
    "organisme-financeur": "code-financeur nb-places-financees? extras*",
    "organisme-formation-responsable": """numero-activite SIRET-organisme-formation nom-organisme
        raison-sociale coordonnees-organisme contact-organisme+ renseignements-specifiques?
        potentiel? code-UAI-organisme-formation? extras*""",
    "coordonnees-organisme": "coordonnees extras*",
}

TEXT: dict[str, tuple[int, int]] = {
    "code-FORMACODE": (5, 5),
    "code-NSF": (3, 3),
    "code-ROME": (5, 5),
    "intitule-formation": (1, 255),
    "objectif-formation": (1, 3000),
    "resultats-attendus": (1, 3000),
    "contenu-formation": (1, 3000),
    "civilite": (1, 50),
    "nom": (1, 50),
    "prenom": (1, 50),
    "ligne": (1, 50),
    "denomination": (1, 255),
    "codepostal": (5, 5),
    "ville": (1, 50),
    "departement": (2, 3),
    "code-INSEE-commune": (5, 5),
    "region": (2, 2),
    "pays": (2, 2),
    "latitude": (0, 30),
    "longitude": (0, 30),
    "numtel": (1, 25),
    "courriel": (3, 160),
    "urlweb": (3, 400),
    "code-RNCP": (1, 10),
    "code-CERTIFINFO": (1, 10),
    "code-RS": (3, 10),
    "reference-code-RNCP": (1, 10),
    "reference-code-CERTIFINFO": (1, 10),
    "reference-code-RS": (1, 10),
    "rythme-formation": (1, 3000),
    "code-public-vise": (5, 5),
    "info-public-vise": (1, 250),
    "modalites-alternance": (1, 3000),
    "conditions-specifiques": (1, 3000),
    "SIRET": (14, 14),
    "debut": (8, 8),
    "fin": (8, 8),
    "date": (8, 8),
    "modalites-inscription": (1, 255),
    "heure-debut": (2, 5),
    "heure-fin": (2, 5),
    "commentaire": (1, 500),
    "libelle-bloc": (1, 500),
    "code-bloc": (8, 40),
    "restauration": (1, 250),
    "hebergement": (1, 250),
    "transport": (1, 250),
    "acces-handicapes": (1, 250),
    "langue-formation": (2, 2),
    "modalites-recrutement": (0, 3000),
    "modalites-pedagogiques": (0, 200),
    "frais-restants": (0, 200),
    "prix-total-TTC": (1, 10),
    "duree-indicative": (0, 150),
    "detail-conditions-prise-en-charge": (1, 600),
    "raison-sociale-formateur": (0, 250),
    "numero-activite": (11, 11),
    "nom-organisme": (1, 250),
    "raison-sociale": (1, 250),
}
"""Length of each text element, in characters."""

_BOOLEAN = frozenset("01")
CODES: dict[str, frozenset[str]] = {
    "certifiante": _BOOLEAN,
    "niveau-entree-obligatoire": _BOOLEAN,
    "prise-en-charge-frais-possible": _BOOLEAN,
    "a-distance": _BOOLEAN,
    "conventionnement": _BOOLEAN,
    "type-contact": frozenset(str(code) for code in range(15)),
    "parcours-de-formation": frozenset("1234"),
    "code-niveau-entree": frozenset(str(code) for code in (*range(9), *range(11, 19))),
    "code-niveau-sortie": frozenset(str(code) for code in (*range(9), *range(11, 19))),
    "objectif-general-formation": frozenset("123456789"),
    "modalites-enseignement": frozenset("012"),
    "modalites-entrees-sorties": _BOOLEAN,
    "etat-recrutement": frozenset("123"),
    "modalite-recrutement": frozenset("0123456789"),
    "validation-blocs": frozenset("012"),
    "code-perimetre-recrutement": frozenset("0123456"),
    "code-financeur": frozenset(str(code) for code in range(21)),
}
"""Codes that each coded element accepts."""

NUMBERS = frozenset(
    {
        "nb-places-financees",
        "nombre-heures-centre",
        "nombre-heures-entreprise",
        "nombre-heures-total",
        "duree-conventionnee",
    }
)
"""Elements that hold a whole number from 0 to 99,999."""

_OPEN = frozenset({"extras", "extra"})
_DATES = re.compile(r"\d{8}")
# Stamps of the records: the schema takes any text, the importers only AAAAMMJJ.
_STAMPS = ("datecrea", "datemaj")
_FLAT_NUMBER = re.compile(r"0|[1-9]\d{0,4}")


class Child(NamedTuple):
    """One kind of child of a container; ``most`` is None when there is no upper bound."""

    name: str
    least: int
    most: int | None


def _parse(model: str) -> tuple[Child, ...]:
    bounds: dict[str, tuple[int, int | None]] = {
        "": (1, 1),
        "?": (0, 1),
        "*": (0, None),
        "+": (1, None),
    }
    children = []
    for word in model.split():
        found = re.fullmatch(r"([\w-]+)(?:([?*+]?)|\{(\d+),(\d+)\})", word)
        if found is None:
            raise ValueError(word)
        name, sign, least, most = found.groups()
        low, high = (int(least), int(most)) if least else bounds[sign]
        children.append(Child(name, low, high))
    return tuple(children)


CONTENT: dict[str, tuple[Child, ...]] = {name: _parse(model) for name, model in _CONTENT.items()}
"""Content model of each container."""


def validate_element(element: etree._Element, schema_path: Path | None = None) -> list[str]:
    """Return what is wrong with a ``formation`` element, in French; an empty list when nothing is.

    Our own grammar always applies. With ``schema_path``, the official ``lheo-2.3.xsd`` does too.
    Raises ``OSError`` or ``lxml.etree.XMLSchemaParseError`` when that file cannot be used.
    """
    errors = list(_faults(element))
    if schema_path is not None:
        schema = _schema(schema_path)
        if not schema.validate(element):
            log: Any = schema.error_log  # the stubs do not know that it can be walked through
            errors += [f"Schéma LHÉO 2.3 : {entry.message}" for entry in log]
    return errors


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))


def _faults(element: etree._Element) -> Iterator[str]:
    """Walk the element, yielding one French sentence per fault."""
    name = etree.QName(element)
    if name.namespace != NS or element.prefix is not None:
        yield f"« {name.localname} » n’est pas dans l’espace de noms LHÉO 2.3 par défaut."
        return
    tag = name.localname
    for attribute, value in element.attrib.items():
        if attribute in _STAMPS and not _DATES.fullmatch(str(value)):
            yield f"« {tag} » : {attribute} n’est pas une date AAAAMMJJ."
    if tag in _OPEN:
        return
    if tag in CONTENT:
        yield from _order_faults(element, tag)
        for child in element:
            yield from _faults(child)
    else:
        yield from _leaf_faults(tag, element.text or "", has_children=len(element) > 0)


def _order_faults(element: etree._Element, tag: str) -> Iterator[str]:
    names = [etree.QName(child).localname for child in element]
    position = 0
    for child in CONTENT[tag]:
        count = 0
        while position < len(names) and names[position] == child.name:
            count += 1
            position += 1
        if count < child.least:
            yield f"« {tag} » : il manque « {child.name} »."
        if child.most is not None and count > child.most:
            yield f"« {tag} » : « {child.name} » y est {count} fois, {child.most} au plus."
    if position < len(names):
        yield f"« {tag} » : « {names[position]} » n’est pas à sa place."


def _leaf_faults(tag: str, text: str, *, has_children: bool) -> Iterator[str]:
    if has_children:
        yield f"« {tag} » ne peut contenir que du texte."
    elif tag in TEXT:
        least, most = TEXT[tag]
        if not least <= len(text) <= most:
            yield f"« {tag} » compte {len(text)} caractères, de {least} à {most} attendus."
        elif least and not text.strip():
            yield f"« {tag} » est vide."
        if not is_legal(text):
            yield f"« {tag} » contient un caractère interdit en XML."
    elif tag in CODES:
        if text not in CODES[tag]:
            yield f"« {tag} » : le code « {text} » n’existe pas."
    elif tag in NUMBERS:
        if not _FLAT_NUMBER.fullmatch(text):
            yield f"« {tag} » : « {text} » n’est pas un nombre entier de 0 à 99999."
    else:
        yield f"« {tag} » est inconnu."
