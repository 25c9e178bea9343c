"""The neighbouring aids: Parcours emploi formation, and Parcours emploi tutorat (tutorat or Afest).

They come after the hire, where « 1 emploi = 1 formation » comes before it: the honest answer when this scheme is not
the right one. Pure: facts in, verdict and amount out. The portal instructs none of them; it only says what the texts
say (R127-R130).
"""

from .amounts import Amount, AmountLine, amount
from .book import RULES
from .facts import AidFacts, AidKind

__all__ = ["RULES", "AidFacts", "AidKind", "Amount", "AmountLine", "amount"]
