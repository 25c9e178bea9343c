"""What each component of ``templates/cotton/`` accepts. Declared once: checked at render, shown in the gallery.

A component's template starts with ``<c-vars …/>`` naming every argument, then ``{% check "name" %}``. An
unknown variant or a missing argument raises where components are strict (``settings.UI_STRICT``, true unless
production says otherwise); in production the component falls back to its plainest form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

# Attributes that any component passes on to its outer element.
PASSED_ON = (
    *("id", "class", "role", "title", "hidden", "lang", "tabindex", "name", "value", "form"),
    *("disabled", "is", "rel", "target", "download", "type"),
)
PASSED_ON_PREFIXES = ("data-", "aria-", "hx-")


class ComponentError(ValueError):
    """A component was called with something that it does not know."""


@dataclass(frozen=True)
class Arg:
    """One argument: what it is for, its permitted values, whether it must be given."""

    text: str
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Component:
    """One component: what to use it for and what it takes. ``slot`` says what stands between its tags."""

    name: str
    text: str
    args: Mapping[str, Arg] = field(default_factory=dict)
    slot: str = ""

    @property
    def arguments(self) -> list[tuple[str, Arg]]:
        """Name and argument, for templates: there `args.items` would be an argument called « items »."""
        return list(self.args.items())


def strict() -> bool:
    """Whether a wrong argument raises."""
    return bool(settings.DEBUG or getattr(settings, "UI_STRICT", True))


_TONES = ("ok", "doute", "non", "info")


def _all() -> list[Component]:
    title = Arg("Titre court", required=True)
    label = Arg("Les mots", required=True)
    return [
        Component(
            "icon",
            "Dessin de trait (16) ou marque d’état (20). Décoratif, sauf si `label` est donné.",
            {
                "name": Arg("Nom du dessin", required=True),
                "size": Arg("Côté en pixels, 16 par défaut"),
                "label": Arg("Texte lu à sa place, quand il porte seul le sens"),
            },
        ),
        Component(
            "badge",
            "L’état d’une ligne : forme + mot + couleur.",
            {
                "tone": Arg("Ton", ("", *_TONES, "acc", "line")),
                "label": label,
                "icon": Arg("Dessin à la place de la marque du ton"),
            },
        ),
        Component(
            "verdict",
            "L’état d’un dossier.",
            {
                "tone": Arg("Ton", ("ok", "doute", "non"), required=True),
                "label": Arg("Mot ; par défaut Éligible, À instruire, Non éligible"),
                "size": Arg("Taille", ("md", "big", "huge")),
                "tag": Arg("Élément", ("p", "h1", "h2", "h3")),
            },
        ),
        Component(
            "note",
            "Un message à lire maintenant.",
            {
                "tone": Arg("Ton", _TONES),
                "title": Arg("Première ligne, en gras"),
                "live": Arg("Annoncé à l’apparition", ("", "status", "alert")),
                "icon": Arg("Dessin à la place de la marque du ton"),
            },
            slot="Le message",
        ),
        Component(
            "cite",
            "La citation qui fonde une décision : texte, source avec son édition, règle.",
            {
                "quote": Arg("Texte cité, sans guillemets", required=True),
                "source": Arg("Document et édition", required=True),
                "rule": Arg("Identifiant de règle, R31"),
                "url": Arg("Adresse de la source"),
                "size": Arg("Taille du texte", ("md", "sm")),
            },
        ),
        Component(
            "who",
            "Les voies de sortie, dans l’ordre de qui peut agir.",
            {
                "items": Arg("Liste de Way(actor, title, text, url, action, mine)", required=True),
                "cols": Arg("Colonnes sur grand écran", ("1", "2", "3")),
            },
        ),
        Component(
            "pips",
            "Postes (carrés) et personnes (ronds), jusqu’à quatorze.",
            {
                "filled": Arg("Pourvus", required=True),
                "total": Arg("En tout", required=True),
                "missing": Arg("Manquants, en pointillé"),
                "shape": Arg("Forme", ("circle", "square")),
                "size": Arg("Côté en pixels, 13 par défaut"),
                "label": Arg("Ce que lit un lecteur d’écran ; visible au-delà de quatorze", required=True),
            },
            slot="Texte à côté, facultatif",
        ),
        Component(
            "gauge",
            "Une part d’un maximum, son minimum marqué, ce qu’une décision ajouterait.",
            {
                "value": Arg("Valeur", required=True),
                "maxi": Arg("Maximum", required=True),
                "mini": Arg("Minimum"),
                "extra": Arg("Ajout envisagé"),
                "label": Arg("Phrase lue à la place du dessin", required=True),
            },
            slot="Légende sous la jauge",
        ),
        Component(
            "stat",
            "Un chiffre avec sa définition entière.",
            {
                "value": Arg("Le chiffre, déjà écrit en français", required=True),
                "label": Arg("Ce qu’il compte", required=True),
                "note": Arg("Précision, en gris"),
                "url": Arg("Adresse du détail"),
            },
        ),
        Component(
            "card",
            "Ce sur quoi on agit ou qu’on emporte. La lecture reste sur la page, sans cadre.",
            {
                "variant": Arg("Variante", ("", "lift", "dark", "flush")),
                "title": Arg("Titre"),
                "level": Arg("Niveau du titre", ("2", "3", "4")),
                "tag": Arg("Élément", ("div", "section", "article", "li")),
            },
            slot="Contenu",
        ),
        Component(
            "empty",
            "Liste vide : dit pourquoi, et quoi faire.",
            {
                "title": title,
                "text": Arg("Une phrase", required=True),
                "url": Arg("Adresse de l’action"),
                "action": Arg("Verbe et objet de l’action"),
                "level": Arg("Niveau du titre", ("2", "3", "4")),
            },
            slot="Autres actions, facultatif",
        ),
        Component(
            "steps",
            "Où l’on en est dans une suite d’étapes.",
            {"items": Arg("Liste de Step(label, state, url, note)", required=True), "label": Arg("Nom de la suite")},
        ),
        Component(
            "dl",
            "Des faits : intitulé et valeur.",
            {
                "items": Arg("Liste de Fact(label, value, rule, url)", required=True),
                "variant": Arg("Variante", ("", "cols")),
                "blank": Arg("Mot quand la valeur manque"),
            },
        ),
        Component(
            "timeline",
            "L’histoire d’un dossier, du plus récent au plus ancien.",
            {
                "items": Arg("Liste de Event(when, title, text, actor, tone)", required=True),
                "label": Arg("Nom de la liste"),
            },
        ),
        Component(
            "messages",
            "Le fil d’échanges d’un dossier.",
            {
                "items": Arg("Liste de Message(author, when, text, mine, files)", required=True),
                "empty": Arg("Phrase quand le fil est vide"),
            },
        ),
        Component(
            "pagination",
            "Précédent, suivant, et ce qui est affiché.",
            {"page": Arg("Page de core.ui.pagination", required=True), "label": Arg("Nom de la liste")},
        ),
        Component(
            "breadcrumb",
            "Le chemin jusqu’à la page ; le dernier élément n’est pas un lien.",
            {"items": Arg("Liste de Crumb(label, url)", required=True)},
        ),
        Component(
            "button",
            "Bouton ou lien-bouton : un verbe et son objet. Un seul `pri` par vue.",
            {
                "variant": Arg("Variante", ("", "pri", "danger", "plain")),
                "size": Arg("Taille", ("", "big", "full", "bigfull")),
                "href": Arg("Adresse : le bouton devient un lien"),
                "icon": Arg("Dessin avant le texte"),
                "after": Arg("Dessin après le texte"),
                "sr": Arg("Suite du texte, lue seulement"),
            },
            slot="Le texte",
        ),
        Component(
            "btn-form",
            "Bouton qui envoie (POST) avec jeton et clé d’unicité : un double clic ne crée qu’une chose.",
            {
                "action": Arg("Adresse d’envoi", required=True),
                "variant": Arg("Variante", ("", "pri", "danger", "plain")),
                "size": Arg("Taille", ("", "big", "full", "bigfull")),
                "icon": Arg("Dessin avant le texte"),
                "sr": Arg("Suite du texte, lue seulement"),
                "fields": Arg("Champs cachés : dict nom → valeur"),
            },
            slot="Le texte",
        ),
        Component(
            "confirm",
            "Demande de confirmation, sans JavaScript : ce qui va se passer, l’action, le retour.",
            {
                "title": Arg("Question", required=True),
                "text": Arg("Conséquence, en une phrase", required=True),
                "action": Arg("Verbe et objet", required=True),
                "url": Arg("Adresse d’envoi"),
                "back": Arg("Adresse de retour", required=True),
                "danger": Arg("Vrai quand l’action retire ou refuse"),
                "form": Arg("Formulaire à remplir avant, par exemple un motif"),
            },
            slot="Détails, facultatif",
        ),
        Component(
            "progress",
            "Avancement d’un travail qui dure.",
            {
                "value": Arg("Fait", required=True),
                "maxi": Arg("En tout", required=True),
                "label": Arg("Ce qui avance", required=True),
                "note": Arg("Ce qui reste, en mots"),
            },
        ),
        Component(
            "filters",
            "Filtres : repliés sur téléphone, ouverts sur grand écran.",
            {"label": Arg("Nom du repli"), "count": Arg("Nombre de filtres actifs"), "open": Arg("Ouvert au départ")},
            slot="Champs du formulaire",
        ),
        Component(
            "chips",
            "Filtres actifs, chacun retirable par un lien.",
            {"items": Arg("Liste de Chip(label, url)", required=True), "clear": Arg("Adresse qui efface tout")},
        ),
        Component(
            "table",
            "Table déclarée en Python (core.ui.tables) ; se replie en fiches sous 640 px.",
            {"table": Arg("Table liée à ses lignes", required=True), "caption": Arg("Légende", ("shown", "hidden"))},
        ),
        Component(
            "todo",
            "Ce qui attend la personne : marque, fait, délai, action.",
            {"items": Arg("Liste de Todo(title, text, tone, when, url, action)", required=True)},
        ),
        Component(
            "findings",
            "Faits vérifiés, chacun avec sa marque et sa règle.",
            {"items": Arg("Liste de Finding(tone, text, rule)", required=True)},
        ),
        Component(
            "day",
            "La date d’une ligne : le jour en grand, le mois dessous.",
            {"date": Arg("Date", required=True), "rule": Arg("Filet à droite")},
        ),
        Component(
            "citations",
            "Règles qui demandent une décision, chacune avec sa citation.",
            {"items": Arg("Liste de Cited(tone, title, quote, source, rule, text)", required=True)},
        ),
        Component(
            "copy",
            "Un lien à copier ; sans JavaScript, un champ à sélectionner.",
            {"value": Arg("Le texte à copier", required=True), "label": label},
        ),
    ]


COMPONENTS: dict[str, Component] = {component.name: component for component in _all()}


def check(name: str, values: Mapping[str, Any], extra: Mapping[str, Any]) -> None:
    """Compare a call with its declaration.

    Args:
        name: the component.
        values: the declared arguments, as they stand.
        extra: every attribute that was written on the tag.

    Raises:
        ComponentError: unknown component, unknown attribute, missing argument or unknown variant.
    """
    component = COMPONENTS.get(name)
    if component is None:
        raise ComponentError(f"Unknown component {name!r}")
    for key in extra:
        if key in component.args or key in PASSED_ON or key.startswith(PASSED_ON_PREFIXES):
            continue
        raise ComponentError(f"<c-{name}> has no argument {key!r}; it takes {', '.join(component.args)}")
    for key, arg in component.args.items():
        value = values.get(key)
        if arg.required and (value is None or value == "" or (key not in extra and value in ([], ()))):
            raise ComponentError(f"<c-{name}> needs {key!r}")
        if arg.choices and value is not None and str(value) not in (*arg.choices, ""):
            raise ComponentError(f"<c-{name}> knows no {key}={value!r}; known: {', '.join(arg.choices)}")
