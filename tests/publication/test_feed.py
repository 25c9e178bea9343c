"""The file: what is refused, what is kept out, what the served file goes through."""

import gzip
import hashlib
import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from sessions.publication import feed
from sessions.publication.checks import Problem, check_names
from sessions.publication.feed import FeedReport, gzip_path, write_feed
from sessions.publication.settings import FeedSettings
from sessions.publication.sheet import SessionSheet
from sessions.publication.structure import NS
from tests.factories.publication import TODAY, a_numbered_sheet, a_sheet

L = {"l": NS}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "flux" / "lheo.xml"


def publish(path: Path, sheets, settings: FeedSettings | None = None, **options) -> FeedReport:
    return write_feed(sheets, path, settings or FeedSettings(), **{"previous_count": 0, "today": TODAY} | options)


def numbers(path: Path) -> list[str]:
    return etree.parse(path).xpath("//l:session/@numero", namespaces=L)


def test_a_feed_is_valid_and_stamped(path: Path, official_schema: Path) -> None:
    settings = FeedSettings(schema_path=official_schema)

    report = publish(path, [a_numbered_sheet(rank) for rank in range(3)], settings)

    assert report == FeedReport(3, (), hashlib.sha256(path.read_bytes()).hexdigest(), "", changed=True)
    root = etree.parse(path)
    assert etree.XMLSchema(etree.parse(official_schema)).validate(root)
    stamp = root.getroot()[0][-1]
    assert (stamp.get("info"), stamp[0].get("info"), stamp[0].text) == ("flux-intercarif", "date-export", "20261121")


def test_the_same_sheets_give_the_same_bytes_and_untouched_files(path: Path) -> None:
    sheets = [a_numbered_sheet(1), a_numbered_sheet(2)]
    publish(path, sheets)
    first = [(file, file.read_bytes(), file.stat().st_mtime_ns) for file in (path, gzip_path(path))]

    report = publish(path, sheets, previous_count=2)

    assert report.changed is False
    assert [(file, file.read_bytes(), file.stat().st_mtime_ns) for file in (path, gzip_path(path))] == first


def test_a_lost_gzip_twin_is_made_again(path: Path) -> None:
    publish(path, [a_sheet()])
    gzip_path(path).unlink()

    publish(path, [a_sheet()], previous_count=1)

    assert gzip.decompress(gzip_path(path).read_bytes()) == path.read_bytes()


def test_the_gzip_twin_carries_neither_a_time_nor_a_name(path: Path) -> None:
    publish(path, [a_sheet()])

    magic_method_flags, time_of_writing = gzip_path(path).read_bytes()[:4], gzip_path(path).read_bytes()[4:8]

    assert (magic_method_flags, time_of_writing) == (b"\x1f\x8b\x08\x00", bytes(4))


@pytest.mark.parametrize("field", ["formation_number", "action_number", "session_number"])
def test_a_number_seen_twice_is_kept_out(path: Path, field: str) -> None:
    twin = a_numbered_sheet(2, **{field: getattr(a_numbered_sheet(1), field)})

    report = publish(path, [a_numbered_sheet(1), twin])

    assert report.published == 1
    assert [item.problems for item in report.quarantined] == [(Problem(field, "Ce numéro est déjà dans le flux."),)]


@pytest.mark.parametrize(
    "broken",
    [
        {"meetings": None},
        {"formacodes": None},
        {"certifications": ("RNCP39181",)},
        {"contact": a_sheet().place},
        {"place": a_sheet().contact},
        {"hours_total": Decimal("sNaN")},
        {"session_number": None},
    ],
)
def test_a_record_that_makes_no_sense_at_all_never_stops_the_others(path: Path, broken: dict[str, object]) -> None:
    report = publish(path, [a_numbered_sheet(1), a_numbered_sheet(2, **broken), a_numbered_sheet(3)])

    assert numbers(path) == ["S-000001", "S-000003"]
    assert len(report.quarantined) == 1
    assert report.quarantined[0].problems != ()


def test_what_only_the_schema_knows_also_quarantines(path: Path) -> None:
    """Settings are not checked by the sheet's checks: a label that is too long shows in the element."""
    settings = FeedSettings(fee_coverage_text="x" * 601)

    report = publish(path, [a_sheet()], settings)

    assert report.published == 0
    assert [problem.message_fr for problem in report.quarantined[0].problems] == [
        "«\u00a0detail-conditions-prise-en-charge\u00a0» compte 601 caractères, de 1 à 600 attendus."
    ]


def test_the_caller_may_add_checks(path: Path) -> None:
    named = a_numbered_sheet(2, prerequisites="Poste chez Canari Industrie")

    report = publish(
        path,
        [a_numbered_sheet(1), named],
        extra_check=lambda sheet: check_names(sheet, ["Canari Industrie"]),
    )

    assert [item.number for item in report.quarantined] == ["S-000002"]
    assert "Canari" not in path.read_text()


@pytest.mark.parametrize(
    ("previous", "now", "refused"),
    [
        (0, 1, False),
        (100, 120, False),
        (100, 80, False),
        (100, 79, True),
        (6, 1, False),
        (7, 1, True),
        (1, 0, True),
        (0, 0, False),
    ],
)
def test_the_threshold_of_an_abnormal_shrink(path: Path, previous: int, now: int, refused: bool) -> None:
    """More than 20 % and more than five records lost; never down to nothing without a person's word."""
    report = publish(path, [a_numbered_sheet(rank) for rank in range(now)], previous_count=previous)

    assert bool(report.refused_reason) is refused
    assert path.exists() is not refused


def test_the_threshold_is_a_setting(path: Path) -> None:
    settings = FeedSettings(shrink_ratio=Decimal("0.01"), shrink_floor=0)

    report = publish(path, [a_numbered_sheet(rank) for rank in range(98)], settings, previous_count=100)

    assert report.refused_reason != ""


def test_quarantine_counts_as_a_shrink(path: Path) -> None:
    """A fault common to all records must not empty the offer of every reader."""
    publish(path, [a_numbered_sheet(rank) for rank in range(10)])

    report = publish(path, [a_numbered_sheet(rank, url="") for rank in range(10)], previous_count=10)

    assert len(report.quarantined) == 10
    assert report.refused_reason == (
        "Aucune session n’est publiable\u00a0: le flux précédent (10 sessions) reste servi."
        " Confirmez si toute l’offre doit être retirée."
    )
    assert len(numbers(path)) == 10


def test_an_empty_offer_is_written_the_first_time_or_when_confirmed(path: Path) -> None:
    first = publish(path, [])
    assert (first.published, first.refused_reason, numbers(path)) == (0, "", [])

    publish(path, [a_sheet()])
    refused = publish(path, [], previous_count=1)
    assert refused.sha256 == ""
    assert numbers(path) == ["S-2026-0001"]

    confirmed = publish(path, [], previous_count=1, confirm_shrink=True)
    assert (confirmed.refused_reason, numbers(path)) == ("", [])


def test_an_error_of_the_source_leaves_the_served_feed_and_no_draft(path: Path) -> None:
    publish(path, [a_sheet()])
    before = path.read_bytes()

    def failing() -> Iterator[SessionSheet]:
        yield a_numbered_sheet(1)
        raise ConnectionError("lost")

    with pytest.raises(ConnectionError):
        publish(path, failing(), previous_count=1)

    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == [path, gzip_path(path)]


def test_a_reader_never_meets_half_a_feed(path: Path) -> None:
    publish(path, [a_numbered_sheet(rank) for rank in range(30)])
    stop = threading.Event()
    seen: list[bool] = []

    def read() -> None:
        while not stop.is_set():
            seen.append(path.read_bytes().endswith(b"</lheo>\n"))

    reader = threading.Thread(target=read)
    reader.start()
    for day in range(1, 6):
        publish(path, [a_numbered_sheet(rank) for rank in range(30)], previous_count=30, today=date(2026, 12, day))
    stop.set()
    reader.join()

    assert seen != []
    assert all(seen)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda record: record.replace(b"\n", b""), "n’a pas une fiche par session"),
        (lambda record: record.replace(b"<certifiante>", b"<lheo:certifiante>"), "porte un préfixe"),
        (lambda record: record.replace(b"</certifiante>", b""), "n’est pas valide"),
    ],
)
def test_a_feed_that_importers_would_misread_is_never_served(
    path: Path, monkeypatch: pytest.MonkeyPatch, spoil, reason: str
) -> None:
    """One line, a prefix, a broken tag: should the writer ever make one, it is read again before being served."""
    made = feed.serialise
    monkeypatch.setattr(feed, "serialise", lambda element: spoil(made(element)))

    report = publish(path, [a_sheet()])

    assert reason in report.refused_reason
    assert not path.exists()


def test_two_thousand_records_are_written_as_they_come(path: Path) -> None:
    """When the last sheet is asked for, the others already stand in the draft: none is kept in memory."""
    written = 0

    def source() -> Iterator[SessionSheet]:
        nonlocal written
        for rank in range(2000):
            if rank == 1999:
                written = sum(draft.stat().st_size for draft in path.parent.glob(".flux-*/*"))
            yield a_numbered_sheet(rank)

    report = publish(path, source())

    assert report.published == 2000
    assert 0.99 < written / path.stat().st_size < 1
