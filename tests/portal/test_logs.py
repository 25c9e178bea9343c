"""What is written in the logs: which page, never what somebody typed."""

import json
import logging

import pytest
from django.conf import settings

from portal.settings.logs import LOGGING, without_answers


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("GET /simulateur/embauche/contrat/?faits=metier-boulanger", "GET /simulateur/embauche/contrat/"),
        ("GET /simulateur/resultat/1.abcDEF.99/", "GET /simulateur/resultat/…/"),
        ("GET /catalogue/?q=Dupont&page=2", "GET /catalogue/"),
        ("Not Found: /intentions/12/", "Not Found: /intentions/12/"),
        ("Que faire ? Rien.", "Que faire ? Rien."),
    ],
)
def test_an_address_is_written_without_its_answers(written: str, kept: str) -> None:
    assert without_answers(None, "info", {"request": written})["request"] == kept
    assert without_answers(None, "info", {"event": written})["event"] == kept


def test_the_formatter_of_the_portal_writes_json_without_them() -> None:
    assert settings.LOGGING is LOGGING
    formatter = logging.getLogger().handlers[0].formatter
    record = logging.LogRecord("portal", logging.INFO, "", 0, "GET /catalogue/?q=Dupont", (), None)

    line = json.loads(formatter.format(record))  # type: ignore[union-attr]

    assert line["event"] == "GET /catalogue/"
    assert "_record" not in line
