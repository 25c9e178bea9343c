"""What the stand-in reads of a file that it is given, and what it finds wrong there."""

import re

from facturx import get_xml_from_pdf
from lxml import etree

NUMBER_MAX, SIRET_SIGNS = 20, 14
OLDER = frozenset(f"A{rank}" for rank in range(1, 26))  # the « cadres de facturation » that came before the norm


def from_name(name: str) -> tuple[str, str, list[str]]:
    """(number, SIRET of the supplier, errors), as the name of the file says them."""
    found = re.fullmatch(r"([0-9]{14})-(.+?)(?:-d[0-9]+)?\.pdf", name)
    return (found[2], found[1], []) if found else ("", "", ["Le nom du fichier ne dit pas la facture."])


def from_file(content: bytes, *, older: bool) -> tuple[str, str, list[str]]:
    """The same, as they are read in the Factur-X data. `older`: by a platform that does not know the norm."""
    try:
        _, xml = get_xml_from_pdf(content, check_xsd=False)
        root = etree.fromstring(xml)
    except Exception:  # noqa: BLE001 whatever the file is, it is no Factur-X
        return "", "", ["Le fichier n’est pas un Factur-X lisible."]
    number = str(root.xpath("string(//*[local-name()='ExchangedDocument']/*[local-name()='ID'])"))
    siret = str(root.xpath("string(//*[local-name()='SellerTradeParty']/*[local-name()='GlobalID'])"))
    process = str(root.xpath("string(//*[local-name()='BusinessProcessSpecifiedDocumentContextParameter']/*)"))
    legal = [one.findtext("{*}ID") or "" for one in root.iter("{*}SpecifiedLegalOrganization")]
    wrong = [
        (older and process not in OLDER, f"Le cadre de facturation « {process} » est inconnu."),
        (older and any(len(one) != SIRET_SIGNS for one in legal), "SpecifiedLegalOrganization.ID n’est pas un SIRET."),
        (not siret, "SellerTradeParty.GlobalID est obligatoire."),
        (len(number) > NUMBER_MAX, f"Le numéro de la facture dépasse {NUMBER_MAX} caractères."),
        (
            not root.xpath("//*[local-name()='SpecifiedTradeSettlementPaymentMeans']/*[local-name()='TypeCode']"),
            "SpecifiedTradeSettlementPaymentMeans.TypeCode.value est obligatoire.",
        ),
    ]
    return number, siret, [words for fault, words in wrong if fault]
