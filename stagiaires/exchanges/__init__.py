"""What leaves for AGORA, the ASP and France Travail, and what comes from Kairos and Ouiform: each format is a table.

A format says, column by column, its name, where its value comes from, how it is written and an example: files, pages,
documentation and tests are all made from it. Nothing here reads the database.
"""

from stagiaires.exchanges import agora, attestations, positionings, presences
from stagiaires.exchanges.shape import Format

FORMATS: dict[str, Format] = {
    one.slug: one
    for one in (
        attestations.AIS,
        attestations.AES,
        agora.AGORA,
        agora.ANSWERS,
        presences.ASP,
        presences.FRANCE_TRAVAIL,
        positionings.KAIROS,
        positionings.OUIFORM,
    )
}
