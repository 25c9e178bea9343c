"""Components check their arguments, and each stands in the gallery."""

import datetime as dt
import re
import uuid
from pathlib import Path

import lxml.html
import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import override_settings
from django_cotton.compiler_regex import CottonCompiler

from core.ui import html
from core.ui.components import COMPONENTS, ComponentError
from core.ui.parts import Fact, Step, parts

FOLDER = Path(settings.BASE_DIR) / "templates" / "cotton"


def render(markup: str, **context: object) -> str:
    return Template(CottonCompiler().process(markup)).render(Context(context))


def file_of(name: str) -> Path:
    return FOLDER / f"{name.replace('-', '_')}.html"


def test_a_fact_says_its_date_in_our_words():
    facts = [Fact("Entrée", dt.date(2027, 3, 1)), Fact("Demandé le", dt.datetime(2026, 9, 12, 5, tzinfo=dt.UTC))]
    said = [
        one.text_content().strip()
        for one in lxml.html.fromstring(render('<c-dl :items="facts" />', facts=facts)).xpath("//dd")
    ]
    assert said == ["1er\u00a0mars 2027", "12\u00a0septembre 2026 à 7\u00a0h"]


def test_every_component_is_declared_and_every_declaration_has_its_template():
    assert {path.stem.replace("_", "-") for path in FOLDER.glob("*.html")} == set(COMPONENTS)


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_template_names_its_arguments_and_checks_them(name):
    source = file_of(name).read_text()
    declared = re.search(r"<c-vars(.*?)/>", source, flags=re.DOTALL)
    assert declared
    named = set(re.findall(r'(?:^|\s):?([a-z]+)="', declared.group(1)))
    assert named - {"class", "type"} == set(COMPONENTS[name].args)
    assert f'{{% check "{name}" %}}' in source


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ('<c-badge tone="rouge" label="x" />', "tone='rouge'"),
        ('<c-badge tonne="ok" label="x" />', "no argument 'tonne'"),
        ('<c-badge tone="ok" />', "needs 'label'"),
        ('<c-verdict tone="acc" />', "tone='acc'"),
        ("<c-steps />", "needs 'items'"),
        ('<c-icon name="licorne" />', "Unknown icon"),
        ('<c-button variant="primary">x</c-button>', "variant='primary'"),
        ('<c-cite quote="x" />', "needs 'source'"),
    ],
)
def test_a_wrong_call_raises(markup, complaint):
    with pytest.raises(ComponentError, match=re.escape(complaint)):
        render(markup)


@override_settings(UI_STRICT=False)
def test_production_falls_back_to_the_plain_form():
    assert render('<c-badge tone="rouge" label="Mot" />').strip() == '<span class="badge"><span>Mot</span></span>'
    assert render('<c-icon name="licorne" />').strip() == ""


def test_attributes_for_the_page_pass_through():
    button = lxml.html.fromstring(
        render('<c-button id="go" hx-get="/x" aria-controls="y" class="push">Voir</c-button>')
    )
    assert {key: button.get(key) for key in ("id", "hx-get", "aria-controls")} == {
        "id": "go",
        "hx-get": "/x",
        "aria-controls": "y",
    }
    assert button.get("class").split() == ["btn", "push"]


def test_words_are_escaped():
    hostile = "<script>alert(1)</script>"
    page = render(
        '<c-badge :label="x" tone="ok" /><c-note :title="x">y</c-note><c-cite :quote="x" :source="x" />'
        '<c-pips filled="1" total="2" :label="x" /><c-dl :items="facts" /><c-messages :items="thread" />',
        x=hostile,
        facts=[("a", hostile)],
        thread=[],
    )
    assert "<script" not in page


def test_a_state_is_shape_word_and_colour():
    for tone, word in (("ok", "Éligible"), ("doute", "À instruire"), ("non", "Non éligible")):
        verdict = lxml.html.fromstring(render(f'<c-verdict tone="{tone}" />'))
        assert verdict.text_content().strip() == word
        assert tone in verdict.get("class").split()
        assert verdict.xpath("./*[local-name()='svg']")


def test_the_three_shapes_differ():
    shapes = [re.search(r"<(circle|path|rect)", html.icon(tone)).group(1) for tone in ("ok", "doute", "non")]
    assert shapes == ["circle", "path", "rect"]


def test_posts_are_squares_and_people_circles():
    posts = html.pips(4, 4, missing=1, shape="square", label="4 postes, il en manque 1")
    assert posts.count("<rect") == 5
    assert posts.count("pip miss") == 1
    assert 'aria-label="4 postes, il en manque 1"' in posts
    assert html.pips(5, 8, label="5 sur 8").count("<circle") == 8


def test_past_fourteen_nobody_counts_shapes():
    assert html.pips(18, 24, label="18 sur 24") == '<span class="sr">18 sur 24</span>'


@pytest.mark.parametrize(
    ("value", "maxi", "extra", "filled"),
    [(42_000, 84_000, 0, 409.0), (100_000, 84_000, 5, 818), (0, 0, 0, None), (-5, 100, 0, None)],
)
def test_a_gauge_stays_in_its_rail(value, maxi, extra, filled):
    wide = lxml.html.fromstring(html.gauge(value, maxi, extra=extra, label="x"))
    widths = [float(width) for width in wide.xpath("//*[@class='fill']/@width")]
    assert widths[:1] == ([filled] if filled is not None else [])
    assert all(width <= 818 for width in widths)


def test_a_gauge_says_its_value():
    drawing = html.gauge(58_420, 84_000, mini=42_000)
    assert 'aria-label="58\u00a0420 sur 84\u00a0000 heures"' in drawing
    assert "mini 42\u00a0000" in drawing


def test_lists_take_dataclasses_dicts_and_tuples():
    step = Step("Le poste", "done", "/p/")
    assert parts("step", [step, {"label": "Le poste", "state": "done", "url": "/p/"}, ("Le poste", "done", "/p/")]) == (
        [step] * 3
    )
    with pytest.raises(ComponentError, match="unexpected keyword"):
        parts("step", [{"label": "x", "colour": "red"}])
    with pytest.raises(ComponentError, match="cannot be made"):
        parts("step", [object()])


def test_steps_say_where_one_is():
    tree = lxml.html.fromstring(
        render('<c-steps :items="items" />', items=[("A", "done", "/a/"), ("B", "current"), ("C",)])
    )
    assert tree.xpath(".//li/@aria-current") == ["step"]
    assert tree.xpath(".//a/@href") == ["/a/"]
    assert "(fait)" in tree.xpath("./li[1]")[0].text_content()


def test_a_button_form_carries_token_and_key():
    page = render('<c-btn-form action="/x/" :fields="f">Envoyer</c-btn-form>', f={"a": '"><b>'}, csrf_token="jeton")
    form = lxml.html.fromstring(page)
    values = dict(form.form_values())
    assert uuid.UUID(values.pop("cle"))
    assert values == {"csrfmiddlewaretoken": "jeton", "a": '"><b>'}
    assert form.method == "POST"


def test_a_citation_keeps_its_source_and_rule():
    quote = lxml.html.fromstring(render('<c-cite quote="Pour l\'essai" source="Foire aux questions" rule="R31" />'))
    assert quote.xpath("./p")[0].text_content() == "«\u00a0Pour l’essai\u00a0»"
    assert quote.xpath(".//a[@class='rid']/@href") == ["/regles/R31/"]


def test_the_last_crumb_is_where_one_stands():
    tree = lxml.html.fromstring(render('<c-breadcrumb :items="c" />', c=[("Lots", "/lots/"), ("Lot 12", "/lots/12/")]))
    assert tree.xpath(".//a/@href") == ["/lots/"]
    assert tree.xpath(".//*[@aria-current='page']")[0].text_content() == "Lot 12"
