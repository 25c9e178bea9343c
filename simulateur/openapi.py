"""The service described for machines (OpenAPI 3.1), made from the facts, the modes and the verdicts themselves."""

import dataclasses
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django.urls import reverse

from core.rules import Actor, Facts, Many, Mode, State, Verdict
from core.rules.schema import schema_of
from simulateur.examples import EXAMPLES
from simulateur.subjects import SUBJECTS
from simulateur.verdicts import FIRST_DAY, MAX_DEROGATIONS, VERSION, derogable

_TYPES = {str: "texte", int: "nombre entier", bool: "vrai ou faux", Decimal: "nombre", date: "jour"}


@dataclasses.dataclass(frozen=True)
class FactRow:
    """One fact as the page of the service shows it."""

    name: str
    label: str
    kind: str
    unit: str
    choices: tuple[str, ...]
    note: str


def facts_table(kind: type[Facts]) -> list[FactRow]:
    """Every fact of a subject, in the order of its declaration."""
    return [
        FactRow(
            name=field.name,
            label=field.metadata["label"],
            kind=_kind(field.metadata["kind"]),
            unit=field.metadata["unit"],
            choices=_choices(field.metadata["kind"]),
            note=field.metadata["hint"],
        )
        for field in dataclasses.fields(kind)
    ]


def _kind(kind: Any) -> str:
    if isinstance(kind, Many):
        return f"liste\u00a0: {_kind(kind.of)}"
    if issubclass(kind, Facts):
        return "objet"
    if issubclass(kind, Enum):
        return "choix"
    return _TYPES[kind]


def _choices(kind: Any) -> tuple[str, ...]:
    of: Any = kind.of if isinstance(kind, Many) else kind
    return tuple(member.value for member in of) if issubclass(of, Enum) else ()


def document(server: str) -> dict[str, Any]:
    """The OpenAPI document, for the address that it is asked at."""
    facts = {f"Faits{code.capitalize()}": schema_of(subject.facts) for code, subject in SUBJECTS.items()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Simulations du dispositif 1 emploi = 1 formation",
            "version": VERSION,
            "description": "Des faits, un verdict\u00a0: chaque règle appliquée, son passage, et ce qui changerait la "
            "réponse. Rien n’est enregistré.",
        },
        "servers": [{"url": server}],
        "paths": {
            reverse("api_simulations"): {"post": _operation()},
            reverse("api_schema", args=["SUJET"]).replace("SUJET", "{sujet}"): {"get": _schema_operation()},
        },
        "components": {
            "schemas": {
                **facts,
                "Demande": _request_schema(),
                "Reponse": _answer_schema(),
                "Refus": {
                    "type": "object",
                    "required": ["problemes"],
                    "properties": {
                        "problemes": _list({"fait": _TEXT, "message": _TEXT}),
                        "ignores": _list({"nom": _TEXT, "proche_de": _TEXT}),
                    },
                },
            }
        },
    }


_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}


def _list(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": list(properties), "properties": properties}}


def _of(values: type[Enum]) -> dict[str, Any]:
    return {"type": "string", "enum": [member.value for member in values]}


def _operation() -> dict[str, Any]:
    shown = {f"exemple{rank}": {"summary": one.title, "value": one.body} for rank, one in enumerate(EXAMPLES, start=1)}
    refusals = {
        "400": "Le corps n’est pas du JSON en UTF-8.",
        "413": "Le corps est trop long.",
        "415": "Le corps n’est pas annoncé comme du JSON.",
        "422": "Des valeurs ne se lisent pas\u00a0: chacune est nommée.",
        "429": "Trop de demandes en une minute.",
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refus"}}}
    return {
        "operationId": "simuler",
        "summary": "Juger des faits",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Demande"}, "examples": shown}},
        },
        "responses": {
            "200": {
                "description": "Le verdict, même quand des faits manquent\u00a0: « manquants » les nomme.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Reponse"}}},
            },
            **{status: {"description": words, "content": content} for status, words in refusals.items()},
        },
    }


def _schema_operation() -> dict[str, Any]:
    return {
        "operationId": "schema",
        "summary": "Le schéma JSON des faits d’un sujet",
        "parameters": [
            {"name": "sujet", "in": "path", "required": True, "schema": {"type": "string", "enum": list(SUBJECTS)}}
        ],
        "responses": {"200": {"description": "Un schéma JSON, édition 2020-12."}},
    }


def _request_schema() -> dict[str, Any]:
    """One shape per subject: each names its facts."""
    return {
        "oneOf": [
            {
                "type": "object",
                "required": ["sujet"],
                "properties": {
                    "sujet": {"const": code},
                    "faits": {"$ref": f"#/components/schemas/Faits{code.capitalize()}"},
                    "derogations": _derogations(code),
                    "jour": {"type": "string", "format": "date", "description": f"À partir du {FIRST_DAY}."},
                },
            }
            for code in SUBJECTS
        ]
    }


def _derogations(code: str) -> dict[str, Any]:
    """The rules of a subject to which one may derogate; nothing of an aid can be."""
    rules = sorted(derogable(SUBJECTS[code].ruleset))
    if not rules:
        return {"type": "array", "maxItems": 0}
    return {"type": "array", "maxItems": MAX_DEROGATIONS, "items": {"type": "string", "enum": rules}}


def _answer_schema() -> dict[str, Any]:
    citation = {
        "document": _TEXT,
        "reference": _TEXT,
        "premiere_ligne": {"type": "integer"},
        "derniere_ligne": {"type": "integer"},
        "passage": _TEXT,
    }
    rule = {
        "regle": _TEXT,
        "mode": _of(Mode),
        "etat": _of(State),
        "derogation_accordee": _FLAG,
        "message": _TEXT,
        "manquants": {"type": "array", "items": _TEXT},
        "citations": _list(citation),
    }
    step = {"acteur": _of(Actor), "qui": _TEXT, "phrase": _TEXT, "faits": {"type": "object"}, "derogation": _TEXT}
    properties: dict[str, Any] = {
        "version": {"const": VERSION},
        "sujet": {"type": "string", "enum": list(SUBJECTS)},
        "jour": {"type": "string", "format": "date"},
        "verdict": _of(Verdict),
        "libelle": _TEXT,
        "complet": _FLAG,
        "manquants": _list({"fait": _TEXT, "libelle": _TEXT, "aide": _TEXT}),
        "regles": _list(rule),
        "changements": _list({"etapes": _list(step)}),
        "sans_issue": {"type": "array", "items": {"type": "array", "items": _TEXT}},
        "faits": {"type": "object"},
        "derogations": {"type": "array", "items": _TEXT},
        "ignores": _list({"nom": _TEXT, "proche_de": _TEXT}),
        "jeu_de_regles": {**_TEXT, "description": "Empreinte des règles et des seuils appliqués."},
        "parametres": {**_TEXT, "description": "Empreinte des seuils du jour."},
        "lien": {**_TEXT, "description": "Adresse de la page de ce résultat, vide si elle serait trop longue."},
    }
    required = list(properties)
    route: dict[str, Any] = dict.fromkeys(("voie", "regle", "libelle", "il_faut", "etat", "note"), _TEXT)
    properties["voies"] = {
        **_list(
            route
            | {
                "acteurs": {"type": "array", "items": _of(Actor)},
                "a_fournir": {"type": "array", "items": _TEXT},
                "citations": _list(citation),
            }
        ),
        "description": "Pour une demande\u00a0: les voies prévues quand l’effectif est court.",
    }
    properties["montant"] = {
        "type": ["object", "null"],
        "description": "Pour une aide\u00a0: le montant et ses lignes.",
        "properties": {
            "euros": _TEXT,
            "heures_financees": _TEXT,
            "lignes": _list(dict.fromkeys(("libelle", "euros", "regle", "passage", "reference", "note"), _TEXT)),
        },
    }
    return {"type": "object", "required": required, "properties": properties}
