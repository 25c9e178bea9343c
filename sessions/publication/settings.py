"""What the portal and the readers of its feed agree upon."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """What the partners of the feed have to agree on, and may change.

    Attributes:
        programme_label: exact label of the scheme; readers select on it, character by character.
        rncp_prefix: write ``RNCP34567`` rather than ``34567``.
        fee_coverage: value of ``prise-en-charge-frais-possible``.
        fee_coverage_text: sentence that explains it, 600 characters at most.
        total_price: what the stagiaire pays in all; « 0 » makes readers show « gratuit ».
        remaining_costs: what the stagiaire still pays, in words.
        public_codes, public_text: who the training is for.
        financer_code: 2 is the Conseil régional; it carries the places and the programme.
        cofinancer_codes: other financers, in the order shown.
        formacode_version: edition of the thesaurus in use.
        schema_path: the official ``lheo-2.3.xsd``, to validate against it besides our own checks.
        shrink_ratio: a feed that loses more than this share of its records is not published
            without a person's word…
        shrink_floor: …unless it loses no more records than this.
    """

    programme_label: str = "PROGRAMME REGION – 1 emploi = 1 formation"
    rncp_prefix: bool = False
    fee_coverage: bool = True
    fee_coverage_text: str = (
        "Formation entièrement financée par la Région Pays de la Loire ; stagiaires rémunérés par"
        " la Région ou indemnisés par France Travail."
    )
    total_price: str = "0"
    remaining_costs: str = "Aucun"
    public_codes: tuple[str, ...] = ("80006",)
    public_text: str = "Personnes inscrites à France Travail, toutes catégories"
    financer_code: str = "2"
    cofinancer_codes: tuple[str, ...] = ()
    formacode_version: str = "V14"
    schema_path: Path | None = None
    shrink_ratio: Decimal = Decimal("0.20")
    shrink_floor: int = 5
