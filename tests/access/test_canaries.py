"""Canary words in everything that another tenant wrote: no page, export or feed of ours ever sings them."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from core.journal.models import Event
from tests.access.conftest import Readers
from tests.access.planting import DRAFT, ENDING, SECRET, WORD
from tests.access.reading import Reader
from tests.access.table import TABLE
from tests.access.test_table import address
from tests.access.world import HATS, REGION, ROLES, World

pytestmark = pytest.mark.django_db


def doors(world: World, role: str) -> Iterator[str]:
    """Every address that this role opens, each list searched for the canary too."""
    for name, row in TABLE.items():
        if row.on in ("link", "invitation_token") or row.expected("GET", role) not in (200, 503):
            continue  # a personal link is a key: whoever holds it reads what it opens
        thing = world.mine.get(row.on, {}).get(role)
        if row.on and thing is None:
            continue
        url = address(name, row, thing)
        yield url
        if not row.on:
            yield f"{url}?q={WORD}"
    for name in ("intention_export", "demande_export"):
        if TABLE[name].expected("GET", role) == 200:
            yield from (reverse(name, args=[fmt]) for fmt in ("csv", "xlsx"))


def sung(world: World, reader: Reader, role: str, word: str) -> list[str]:
    found = []
    for url in doors(world, role):
        answer = reader.get(url)
        if answer.code not in (200, 503):
            found.append(f"{role} {url} : {answer.code}")
        text = answer.everything
        if (at := text.lower().find(word)) >= 0:
            found.append(f"{role} {url} : …{text[max(0, at - 80) : at + 60]!r}")
    return found


@pytest.mark.parametrize("role", [role for role in ROLES if role not in REGION])
def test_another_tenants_words_are_read_nowhere(world: World, readers: Readers, role: str) -> None:
    assert sung(world, readers[role], role, ENDING) == []


@pytest.mark.parametrize("role", ["decideur", "administrateur"])
def test_what_was_sent_to_nobody_is_not_read_by_the_region_either(world: World, readers: Readers, role: str) -> None:
    assert sung(world, readers[role], role, DRAFT) == []


def test_the_canaries_do_sing_to_their_owner(world: World) -> None:
    """Or the tests above would prove nothing."""
    assert set(HATS) <= set(ROLES)
    client = Client()
    client.force_login(world.others["employeur"].user)
    pages = [
        client.get(url).content.decode() for url in ("/intentions/", "/organisation/", "/nouvelles/", "/mon-compte/")
    ]
    assert [ENDING in page for page in pages] == [True] * len(pages)
    assert Event.objects.filter(reason=SECRET).exists()
    client.force_login(world.others["organisme"].user)
    pages = [client.get(url).content.decode() for url in ("/demandes/", "/lots/", "/intentions/reprise/")]
    assert [ENDING in page for page in pages] == [True] * len(pages)
