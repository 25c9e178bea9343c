"""A frozen invoice before everything that judges one: our checks, the XSD, both schematrons of the wheel."""

from typing import Any

from invoices.document.checks import faults
from invoices.document.content import load
from invoices.document.facturx import xml_of
from tests.invoices.contents import EN16931, FRENCH, broken_rules


def broken(content: dict[str, Any]) -> list[str]:
    """What is wrong with it, in sentences. Raises when the XSD refuses its data."""
    invoice = load(content)
    xml = xml_of(invoice)
    found = [fault.message for fault in faults(invoice)]
    return [*found, *broken_rules(xml, EN16931), *broken_rules(xml, FRENCH)]
