"""Whatever people paste, the feed stays well-formed, or the record is kept out with a reason."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from sessions.publication.checks import TEXT_LIMITS, check
from sessions.publication.feed import serialise, write_feed
from sessions.publication.lheo import formation_element
from sessions.publication.settings import FeedSettings
from sessions.publication.structure import NS, validate_element
from sessions.publication.text import clean, is_legal, wrap
from tests.factories.publication import TODAY, a_contact, a_numbered_sheet, a_sheet, an_address, an_organisme

AWKWARD = (
    "\x00\x01\x0b\x1f\x7f\x85\x92\x93\x94\u00a0\u200b\u2028\u202e\ud800\udfff\ufeff\ufffe\uffff\uf0b7"
    "🛠👩\u200d<>&\"'«»’ \n\r\t"
)
ANY = st.one_of(st.text(st.characters(exclude_categories=())), st.text(st.sampled_from(AWKWARD + "ab]")))
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@relaxed
@given(st.dictionaries(st.sampled_from(sorted({*TEXT_LIMITS, "url", "session_number"})), ANY))
def test_any_text_makes_a_well_formed_record_or_a_problem(texts: dict[str, str]) -> None:
    sheet = a_sheet(**texts)

    if check(sheet, TODAY):
        return

    element = formation_element(sheet, FeedSettings())
    assert validate_element(element) == []
    record = serialise(element)
    again = etree.fromstring(record)
    assert again.tag == "formation"
    assert all(is_legal(text) for text in again.itertext())


@relaxed
@given(ANY, ANY, ANY)
def test_any_address_or_contact_makes_a_valid_record_or_a_problem(line: str, city: str, name: str) -> None:
    sheet = a_sheet(
        contact=a_contact(name=name, email=city),
        trainer=an_organisme(name=name, legal_name=name, address=an_address(lines=(line, name), city=city)),
    )

    if not check(sheet, TODAY):
        assert validate_element(formation_element(sheet, FeedSettings())) == []


@relaxed
@given(ANY)
def test_a_bad_record_never_prevents_the_others(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lheo.xml"

        report = write_feed(
            [a_numbered_sheet(1), a_numbered_sheet(2, title=text, url=text), a_numbered_sheet(3)],
            path,
            FeedSettings(),
            previous_count=0,
            today=TODAY,
        )

        published = etree.parse(path).xpath("//l:session/@numero", namespaces={"l": NS})
        assert published == ["S-000001", "S-000003"]
        assert [item.number for item in report.quarantined] == ["S-000002"]


@relaxed
@given(ANY)
def test_cleaning_leaves_only_legal_characters_and_is_stable(text: str) -> None:
    cleaned = clean(text)

    assert is_legal(cleaned)
    assert clean(cleaned) == cleaned or "<" in cleaned


@relaxed
@given(st.lists(ANY, max_size=4))
def test_wrapping_loses_no_word(lines: list[str]) -> None:
    wrapped = wrap(tuple(lines))

    assert " ".join(wrapped).split() == " ".join(clean(line) for line in lines).split()
