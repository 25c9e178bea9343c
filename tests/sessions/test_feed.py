"""The public feed: valid, served with care, one writer at a time, and never let out when it shrank without a word."""

import gzip
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from core.journal import outbox
from core.journal.models import Notification, OutboxMessage, OutboxState
from core.journal.refusals import Refused
from sessions.models import FeedRelease, PublicationRecord, Reader, Session
from sessions.workflow import feed, publication
from tests.factories.accounts import hat
from tests.factories.sessions import authorised_session, located_organisme, published_session

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).parents[3] / "shared" / "reference" / "lheo" / "lheo-2.3.xsd"


@pytest.fixture(autouse=True)
def feed_dir(settings: Any, tmp_path: Path) -> Path:
    settings.FEED_DIR = tmp_path / "flux"
    return settings.FEED_DIR


def work() -> None:
    for _ in range(3):
        OutboxMessage.objects.filter(state=OutboxState.A_FAIRE).update(due_at=timezone.now())
        outbox.work_all()
    OutboxMessage.objects.filter(topic=feed.WRITE, state=OutboxState.FAIT).delete()


def test_the_feed_of_published_sessions_is_valid_against_the_official_schema(feed_dir: Path) -> None:
    if not SCHEMA.exists():
        pytest.skip("le schéma officiel LHÉO 2.3 n’est pas à portée")
    published_session()
    published_session(access_mode="socle", seats=12, posts=0)
    published_session(
        entry_mode="entrees_permanentes", meeting_on=timezone.now(), registration_until=timezone.localdate()
    )
    published_session(teaching="a_distance", certification=None, aim="sans_certification", expected_results="")
    feed.write()

    etree.XMLSchema(etree.parse(SCHEMA)).assertValid(etree.parse(feed_dir / "lheo.xml"))
    assert (feed_dir / "lheo.xml").read_text().count("<formation ") == 4


def test_many_changes_of_the_same_moment_are_one_writing() -> None:
    for _ in range(3):
        published_session()

    promised = OutboxMessage.objects.filter(topic=feed.WRITE)
    assert 1 <= promised.count() <= 2  # two when the clock turned meanwhile
    work()
    assert FeedRelease.objects.count() == 1


def test_writing_again_without_change_leaves_file_and_list_alone(feed_dir: Path) -> None:
    published_session()
    feed.write()
    before = (feed_dir / "lheo.xml").stat().st_mtime_ns

    assert feed.write() is None
    assert (feed_dir / "lheo.xml").stat().st_mtime_ns == before
    assert FeedRelease.objects.count() == 1


def test_a_stop_between_the_file_and_its_line_is_made_good(feed_dir: Path) -> None:
    published_session()
    feed.write()
    FeedRelease.objects.all().delete()

    assert feed.write().published == 1


def test_a_lost_file_is_written_again(feed_dir: Path) -> None:
    published_session()
    feed.write()
    (feed_dir / "lheo.xml").unlink()
    feed.write()

    assert (feed_dir / "lheo.xml").exists()


def shrink(count: int = 10) -> FeedRelease:
    """A feed of `count` sessions, of which all but one have gone at once."""
    sessions = [published_session() for _ in range(count)]
    feed.write()
    for session in sessions[1:]:
        publication.withdraw_session(session, session.decision.decided_by, "Fin du lot.")
    return feed.write()


def test_a_feed_that_shrank_stays_in_until_an_administrator_confirms(client: Client, feed_dir: Path) -> None:
    administrator = hat("region", role="administrateur")
    refused = shrink()

    assert refused.refused_reason.startswith("Le flux passerait de 10 à 1 sessions")
    assert (feed_dir / "lheo.xml").read_text().count("<formation ") == 10
    assert feed.write() == refused  # tried again, said once
    assert Notification.objects.filter(kind="flux.refuse", user=administrator.user).count() == 1

    client.force_login(administrator.user)
    page = client.get(reverse("region_flux")).content.decode()
    assert "Publier le flux avec 1\u00a0session" in page
    client.post(reverse("region_flux_confirmer", args=[refused.pk]))
    work()

    assert (feed_dir / "lheo.xml").read_text().count("<formation ") == 1
    assert FeedRelease.objects.first().confirmed_by == administrator


@pytest.mark.parametrize("role", ["gestionnaire", "decideur", "finances"])
def test_only_an_administrator_of_the_region_confirms(client: Client, role: str) -> None:
    refused = shrink()
    other = hat("region", role=role)
    client.force_login(other.user)

    assert client.post(reverse("region_flux_confirmer", args=[refused.pk])).status_code == 404
    with pytest.raises(Refused):
        feed.confirm(refused, other)


def test_what_was_written_since_is_no_longer_to_confirm() -> None:
    refused = shrink()
    FeedRelease.objects.create(published=10, sha256="x")

    with pytest.raises(Refused, match="plus rien à confirmer"):
        feed.confirm(refused, hat("region", role="administrateur"))


@pytest.mark.parametrize("kind", ["organisme", "employeur", "valideur"])
def test_the_desk_of_the_feed_is_the_regions(client: Client, kind: str) -> None:
    client.force_login(hat(kind).user)

    assert client.get(reverse("region_flux")).status_code == 404
    assert client.post(reverse("region_flux_verifier")).status_code == 404


def test_the_desk_shows_what_waits_and_tries_again(client: Client) -> None:
    session = authorised_session(organisme=located_organisme(siret="", name="Sans Siret"))
    work()
    client.force_login(hat("region", role="gestionnaire").user)

    page = client.get(reverse("region_flux")).content.decode()
    assert session.number in page
    assert "Le SIRET de l’organisme responsable n’est pas juste" in page
    client.post(reverse("region_flux_verifier"))
    assert Session.objects.get().sheet_version == session.sheet_version + 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_costs_the_same_whatever_waits(client: Client, count: int, django_assert_num_queries: Any) -> None:
    for _ in range(count):
        authorised_session(organisme=located_organisme(address=""))
    work()
    client.force_login(hat("region", role="gestionnaire").user)
    client.get(reverse("region_flux"))

    with django_assert_num_queries(DESK_QUERIES):
        assert len(client.get(reverse("region_flux")).context["page"].rows) == count


DESK_QUERIES = 8  # session, person, hats; releases, published, count, rows, readers


def ask(client: Client, name: str, params: dict[str, str] | None = None, **headers: str) -> Any:
    """The answer, read to its end as a client does (`answer.body`)."""
    answer = client.get(reverse(name), params or {}, headers={k.replace("_", "-"): v for k, v in headers.items()})
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def test_no_feed_yet_is_said_plainly(client: Client) -> None:
    answer = client.get(reverse("flux_lheo"))

    assert (answer.status_code, answer["Content-Type"]) == (503, "text/plain; charset=utf-8")
    assert "pas encore écrit" in answer.content.decode()
    assert "pas encore écrit" in client.get(reverse("flux")).content.decode()


def test_the_file_is_served_plain_and_compressed(client: Client) -> None:
    session = published_session()
    feed.write()

    plain, packed = ask(client, "flux_lheo"), ask(client, "flux_lheo_gz")

    assert plain["Content-Type"] == "application/xml; charset=utf-8"
    assert session.number.encode() in plain.body
    assert packed["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in packed
    assert gzip.decompress(packed.body) == plain.body
    assert plain["ETag"] != packed["ETag"]
    assert "lheo.xml.gz" in client.get(reverse("flux")).content.decode()


@pytest.mark.parametrize("name", ["flux_lheo", "flux_lheo_gz"])
def test_a_reader_that_has_it_already_gets_a_304(client: Client, name: str) -> None:
    published_session()
    feed.write()
    first = ask(client, name)

    assert ask(client, name, If_None_Match=first["ETag"]).status_code == 304
    assert ask(client, name, If_Modified_Since=first["Last-Modified"]).status_code == 304
    head = client.head(reverse(name))
    assert head["ETag"] == first["ETag"]

    PublicationRecord.objects.update(xml=PublicationRecord.objects.get().xml.replace("Soudeur", "Soudeuse"))
    feed.write()
    assert ask(client, name, If_None_Match=first["ETag"]).status_code == 200


def test_readers_are_seen_once_in_a_while(client: Client, django_assert_num_queries: Any) -> None:
    published_session()
    feed.write()
    ask(client, "flux_lheo", {"lecteur": "Cariforef"})
    with django_assert_num_queries(0):
        ask(client, "flux_lheo", {"lecteur": "Cariforef"})
    ask(client, "flux_lheo", User_Agent="curl/8.5 (x86)")
    ask(client, "flux_lheo", {"lecteur": "<script>"})

    assert set(Reader.objects.values_list("name", flat=True)) == {"Cariforef", "curl/8.5", "lecteur sans nom"}


def test_strangers_cannot_fill_the_list_of_readers(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessions.views.feed.MAX_READERS", 2)
    for rank in range(5):
        ask(client, "flux_lheo", {"lecteur": f"inconnu {rank}"})

    assert Reader.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_writers_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one waits for the first, then sees what it wrote."""
    inside, most = 0, 0
    lock = threading.Lock()
    write_records = feed.write_records

    def watched(*args: Any, **kwargs: Any) -> Any:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        try:
            return write_records(*args, **kwargs)
        finally:
            with lock:
                inside -= 1

    monkeypatch.setattr(feed, "write_records", watched)

    def write() -> None:
        try:
            feed.write()
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1
    assert FeedRelease.objects.count() == 1
