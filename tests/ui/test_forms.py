"""The form renderer: every question says what it wants, and says what is wrong where it is wrong."""

import re
from datetime import date
from decimal import Decimal

import lxml.html
import pytest
from django import forms
from django.http import QueryDict

from core.ui import fields
from core.ui.forms import Ask

COMMUNES = {"49331": "Segré-en-Anjou Bleu (49500)"}


class Form(forms.Form):
    asks = {
        "hours": Ask(unit="heures par semaine", rule_id="R32"),
        "motive": Ask(sr_only=True),
        "quoted": Ask(why="Parce que.", quote="Le texte", source="La source", rule_id="R31"),
    }
    hours = fields.DecimalField(label="Temps de travail", help_text="Moyenne par semaine.", max_value=48)
    months = fields.IntegerField(label="Durée", unit="mois", min_value=1, required=False)
    contract = forms.ChoiceField(
        label="Type de contrat",
        help_text="À l’issue de la formation.",
        choices=[("cdi", "CDI"), ("cdd", "CDD")],
        widget=fields.RadioPick(hints={"cdd": "Six mois au moins"}),
    )
    starts_on = fields.FrenchDateField(label="Début", required=False)
    commune = fields.AutocompleteField(
        label="Commune",
        url="/communes/",
        resolve=lambda text: text if text in COMMUNES else None,
        label_for=COMMUNES.__getitem__,
        required=False,
    )
    motive = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea, required=False)
    quoted = forms.CharField(label="Pourquoi donc ?")
    agreed = forms.BooleanField(label="Je m’engage")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


GOOD = {"hours": "30,5", "contract": "cdd", "quoted": "x", "agreed": "on"}


def sent(**changes: str) -> Form:
    data = QueryDict(mutable=True)
    data.update({**GOOD, **changes})
    return Form(data)


def page(form: forms.Form) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(f"<form>{form}</form>")


def described(tree: lxml.html.HtmlElement, element: lxml.html.HtmlElement) -> list[str]:
    """The texts that a screen reader reads after the element's name."""
    ids = (element.get("aria-describedby") or "").split()
    return [" ".join(tree.get_element_by_id(one).text_content().split()) for one in ids]


def test_each_input_has_its_label_hint_and_unit():
    tree = page(Form())
    hours = tree.get_element_by_id("id_hours")
    assert tree.xpath("//label[@for='id_hours']")[0].text_content().strip() == "Temps de travail"
    assert described(tree, hours) == ["Moyenne par semaine.", "heures par semaine"]
    assert hours.get("inputmode") == "decimal"


def test_each_description_exists():
    tree = page(sent(hours="trente"))
    for element in tree.xpath("//*[@aria-describedby]"):
        assert described(tree, element)
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_choices_are_a_fieldset_with_its_legend_and_hints():
    tree = page(Form())
    group = tree.xpath("//fieldset[@id='id_contract_group']")[0]
    assert group.xpath("./legend")[0].text_content().strip() == "Type de contrat"
    assert described(tree, group) == ["À l’issue de la formation."]
    assert [label.text_content().strip() for label in group.xpath(".//label")] == ["CDI", "CDDSix mois au moins"]
    assert not group.xpath(".//input[@aria-describedby]")


def test_optional_questions_say_so_and_no_other():
    tree = page(Form())
    optional = [label.text_content().split("(")[0].strip() for label in tree.xpath("//label[.//*[@class='optional']]")]
    assert optional == ["Durée", "Début", "Commune", "Motif"]
    assert "sauf mention" in tree.text_content()


def test_a_message_and_its_attachment_need_no_preamble():
    class Letter(forms.Form):
        text = forms.CharField(label="Message")
        file = forms.CharField(label="Pièce jointe", required=False)

    tree = page(Letter())
    assert "sauf mention" not in tree.text_content()
    assert "facultatif" in tree.text_content()


def test_a_form_that_asks_nothing_never_says_that_all_is_needed():
    class Situation(forms.Form):
        one = forms.CharField(label="Une", required=False)
        two = forms.CharField(label="Deux", required=False)
        three = forms.CharField(label="Trois", required=False)

    assert "sauf mention" not in page(Situation()).text_content()


def test_an_error_stands_at_its_field_with_word_and_mark():
    tree = page(sent(hours="trente"))
    hours = tree.get_element_by_id("id_hours")
    assert hours.get("aria-invalid") == "true"
    assert hours.get("value") == "trente"
    assert "À corriger : Écrivez un nombre, par exemple 12 ou 12,5." in described(tree, hours)
    error = tree.get_element_by_id("id_hours_error")
    assert error.xpath(".//*[local-name()='svg']")


def test_the_summary_links_to_the_first_input_of_each_question():
    tree = page(Form(QueryDict()))
    links = tree.xpath("//*[@data-error-summary]//a")
    assert [link.get("href") for link in links] == ["#id_hours", "#id_contract_0", "#id_quoted", "#id_agreed"]
    for link in links:
        assert tree.get_element_by_id(link.get("href")[1:]).tag == "input"
    assert links[1].text_content() == "Type de contrat\u00a0: Choisissez une réponse."
    assert links[2].text_content() == "Pourquoi donc\u00a0? Répondez à cette question."
    assert "4\u00a0réponses sont à revoir" in tree.text_content()


def test_no_field_says_ce_champ_est_obligatoire():
    assert "obligatoire" not in str(Form(QueryDict()))


def test_a_question_tells_why_it_is_asked():
    """R32's citation comes from the register; another question brings its own."""
    tree = page(Form())
    blocks = tree.xpath("//details[@class='why-ask']")
    assert len(blocks) == 2
    assert "24\u00a0heures minimum" in blocks[0].text_content()
    assert blocks[0].xpath(".//a[@class='rid']/@href") == ["/regles/R32/"]
    assert "Parce que." in blocks[1].text_content()
    assert "«\u00a0Le texte\u00a0»" in blocks[1].text_content()


def test_a_label_may_be_read_only():
    assert page(Form()).xpath("//label[@for='id_motive']/@class") == ["sr"]


def test_a_text_area_says_its_limit():
    counter = page(Form()).xpath("//*[@data-counter='id_motive']")[0]
    assert counter.get("data-limit") == "300"
    assert "Jusqu’à 300 signes" in counter.text_content()


def test_hidden_fields_have_no_frame():
    tree = page(Form())
    assert tree.get_element_by_id("id_token").getparent().tag == "form"


@pytest.mark.parametrize(("typed", "value"), [("30,5", "30.5"), ("1 0,25", "10.25"), ("30.5 h", "30.5")])
def test_decimals_are_read_the_french_way(typed, value):
    form = sent(hours=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["hours"] == Decimal(value)


def test_bounds_speak_french():
    form = sent(hours="60", months="0")
    assert form.errors == {
        "hours": ["Écrivez un nombre d’au plus 48."],
        "months": ["Écrivez un nombre d’au moins 1."],
    }


def test_whole_numbers_refuse_halves():
    assert sent(months="1,5").errors == {"months": ["Écrivez un nombre entier, par exemple 6."]}


@pytest.mark.parametrize("typed", ["2026-11-10", "10/11/2026", "10 novembre 2026"])
def test_dates_are_read_from_the_browser_or_typed(typed):
    form = sent(starts_on=typed)
    assert form.is_valid()
    assert form.cleaned_data["starts_on"] == date(2026, 11, 10)


def test_a_wrong_date_is_given_back_as_it_was_typed():
    """A native date input would show an empty box: it falls back to text."""
    element = page(sent(starts_on="31/02/2026")).get_element_by_id("id_starts_on")
    assert (element.get("type"), element.get("value")) == ("text", "31/02/2026")


def test_initial_values_are_written_in_french():
    form = Form(initial={"hours": Decimal("1234.50"), "starts_on": date(2026, 11, 10), "commune": "49331"})
    tree = page(form)
    assert tree.get_element_by_id("id_hours").get("value") == "1\u00a0234,5"
    assert tree.get_element_by_id("id_starts_on").get("value") == "2026-11-10"
    assert tree.get_element_by_id("id_commune").get("value") == "Segré-en-Anjou Bleu (49500)"
    assert tree.xpath("//input[@name='commune-code']/@value") == ["49331"]


def test_an_untouched_form_has_not_changed():
    initial = {"hours": Decimal("30.50"), "months": 6}
    data = QueryDict(mutable=True)
    data.update({"hours": "30,5", "months": "6", "quoted": "", "motive": "", "commune": "", "starts_on": ""})
    assert Form(data, initial=initial).changed_data == []


def test_the_picked_code_wins_over_the_text():
    form = sent(**{"commune": "Segré-en-Anjou Bleu (49500)", "commune-code": "49331"})
    assert form.is_valid()
    assert form.cleaned_data["commune"] == "49331"


def test_without_javascript_the_text_is_looked_up():
    form = sent(commune="49331")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["commune"] == "49331"


def test_an_unknown_text_stays_on_screen():
    form = sent(**{"commune": "Sainte", "commune-code": ""})
    assert form.errors == {"commune": ["Choisissez l’une des propositions de la liste."]}
    assert page(form).get_element_by_id("id_commune").get("value") == "Sainte"


def test_an_emptied_text_takes_the_choice_back():
    form = sent(**{"commune": "", "commune-code": "49331"})
    assert form.is_valid()
    assert form.cleaned_data["commune"] is None


def test_yes_or_no_is_three_valued():
    class Question(forms.Form):
        reachable = fields.OuiNonField(label="Desservi ?", required=False)

    def answer(text: str) -> object:
        form = Question(QueryDict(f"reachable={text}"))
        assert form.is_valid()
        return form.cleaned_data["reachable"]

    assert [answer("oui"), answer("non"), answer("")] == [True, False, None]
    checked = page(Question(initial={"reachable": False})).xpath("//input[@checked]/@value")
    assert checked == ["non"]


def test_the_counter_follows_what_was_sent():
    assert re.search(r"maxlength=\"300\"", str(Form()["motive"]))


@pytest.mark.parametrize(("typed", "said"), [("99999999", "trop grand"), ("1,234", "au plus 2 chiffres après")])
def test_a_number_out_of_its_room_is_refused_in_the_words_of_the_portal(typed: str, said: str) -> None:
    with pytest.raises(forms.ValidationError, match=said):
        fields.DecimalField(max_digits=6, decimal_places=2).clean(typed)
