"""Editions of the documents: loaded once, kept as they came, compared, read by administrators alone."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from core.journal.refusals import Refused
from core.rulebook.models import DocumentEdition
from core.rulebook.workflow.documents import MAX_BYTES, load_edition, read
from core.rules.faq import questions
from tests.factories.accounts import hat

pytestmark = pytest.mark.django_db


def made_text(*, without: str = "", instead: tuple[str, str] = ("", "")) -> str:
    """A text that holds every quotation of the employers' FAQ, each at the line that it was read at."""
    lines = [""] * 330
    for slug, one in questions().items():
        if one.citation.document.code == "F2" and slug != without:
            lines[one.citation.first_line - 1] = one.citation.quotation
    return "\n".join(lines).replace(*instead) if instead[0] else "\n".join(lines)


def passage(edition: DocumentEdition, key: str) -> dict | None:
    found = (one for one in edition.report["passages"] if (one["kind"], one["id"]) == ("question", key))
    return next(found, None)


def test_a_first_edition_is_compared_with_our_quotations() -> None:
    edition = load_edition("F2", "édition d’essai", None, made_text(without="taille-entreprise"))

    assert edition.report["compared_with"] == ""
    assert passage(edition, "derogation-cdd") is None  # where it was
    gone = passage(edition, "taille-entreprise")
    assert gone is not None
    assert gone["fate"] in ("disparue", "changee")


def test_the_next_one_is_compared_with_the_one_before() -> None:
    load_edition("F2", "première", None, made_text())
    second = load_edition("F2", "seconde", None, made_text(instead=("2 ou 3", "4 ou 5")))

    changed = passage(second, "delai-de-mise-en-place")
    assert second.report["compared_with"] == "première"
    assert changed is not None
    assert changed["fate"] == "changee"
    assert ["-", "2"] in changed["diff"]
    assert ["+", "4"] in changed["diff"]


def test_an_edition_is_loaded_once_and_never_changes() -> None:
    edition = load_edition("F2", "première", None, made_text())

    with pytest.raises(Refused, match="déjà chargée"):
        load_edition("F2", "la même", None, made_text())
    with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
        DocumentEdition.objects.filter(pk=edition.pk).update(text="")


@pytest.mark.parametrize(
    ("document", "name", "text", "why"),
    [("X9", "e", made_text(), "inconnu"), ("F2", " ", made_text(), "Nommez"), ("F2", "e", "\n\nOui\n", "presque vide")],
)
def test_what_is_not_an_edition_is_refused_in_words(document: str, name: str, text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        load_edition(document, name, None, text)


def test_files_of_windows_are_read_and_others_refused() -> None:
    assert read("Été\r\nhiver".encode("cp1252")) == "Été\nhiver"
    assert read("\ufeffÉté".encode()) == "Été"
    with pytest.raises(Refused, match="pas un texte"):
        read(b"PK\x03\x04\x00\x00")
    with pytest.raises(Refused, match="3 Mo"):
        read(b"a" * (MAX_BYTES + 1))


def test_the_command_lists_what_to_read_again(tmp_path: Path) -> None:
    path = tmp_path / "faq.txt"
    path.write_text(made_text(without="taille-entreprise"))
    out = StringIO()
    call_command("faq_edition", str(path), document="F2", edition="d’essai", dated="2027-03-03", stdout=out)

    assert "taille-entreprise" in out.getvalue()
    assert DocumentEdition.objects.get().dated.isoformat() == "2027-03-03"  # type: ignore[union-attr]
    with pytest.raises(CommandError, match="déjà chargée"):
        call_command("faq_edition", str(path), document="F2", edition="d’essai", stdout=out)
    with pytest.raises(CommandError, match="illisible"):
        call_command("faq_edition", str(tmp_path / "absent.txt"), document="F2", edition="d’essai", stdout=out)


def sent(content: bytes, name: str = "faq.txt") -> dict:
    return {"document": "F2", "edition": "édition d’essai", "dated": "", "file": SimpleUploadedFile(name, content)}


def test_an_administrator_loads_one_and_reads_what_it_touches(client: Client) -> None:
    client.force_login(hat("region", role="administrateur").user)
    content = made_text(instead=("2 ou 3", "4 ou 5")).encode()

    page = client.post(reverse("documents"), sent(content), follow=True).content.decode()

    assert "/questions/delai-de-mise-en-place/" in page
    assert "#R" not in page, "a rule has a page of its own"
    assert "<del>" in page
    assert "nos citations seules" in page
    assert "édition d’essai" in client.get(reverse("documents")).content.decode()
    again = client.post(reverse("documents"), sent(content))
    assert (again.status_code, "déjà chargée" in again.content.decode()) == (422, True)


@pytest.mark.parametrize("bad", [sent(b"PK\x00\x00"), sent(b"a", "faq.exe"), {}])
def test_a_file_that_is_no_text_comes_back_with_a_word(client: Client, bad: dict) -> None:
    client.force_login(hat("region", role="administrateur").user)

    assert client.post(reverse("documents"), bad).status_code == 422
    assert not DocumentEdition.objects.exists()


def test_the_register_leads_administrators_there(client: Client) -> None:
    assert reverse("documents") not in client.get("/regles/").content.decode()
    client.force_login(hat("region", role="administrateur").user)
    page = client.get("/regles/").content.decode()
    assert reverse("documents") in page
    assert reverse("lettres_texte") in page


def test_nobody_else_sees_them(client: Client) -> None:
    edition = load_edition("F2", "première", None, made_text())
    for reader in (hat("region", role="decideur"), hat("organisme")):
        client.force_login(reader.user)
        assert client.get(reverse("documents")).status_code == 404
        assert client.get(reverse("document_edition", args=[edition.pk])).status_code == 404


def test_the_list_costs_the_same_for_one_edition_and_for_three(client: Client, django_assert_num_queries) -> None:
    client.force_login(hat("region", role="administrateur").user)
    load_edition("F2", "première", None, made_text())
    client.get(reverse("documents"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("documents"))
    load_edition("F2", "deuxième", None, made_text(without="taille-entreprise"))
    load_edition("F2", "troisième", None, made_text(without="derogation-cdd"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("documents"))


LIST_QUERIES = 4
