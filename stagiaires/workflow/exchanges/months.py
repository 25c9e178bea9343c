"""The month of attendance for a partner: made of confirmed months, versioned, one reading of each regime kept."""

from datetime import date

from django.db import transaction

from core.accounts.models import Membership
from core.journal.refusals import Refused
from core.ui.french import de_mois
from stagiaires.enums import FileSubject, Partner
from stagiaires.exchanges.presences import BY_PARTNER, regime_of
from stagiaires.exchanges.shape import Cells, from_csv, to_csv
from stagiaires.models import ExchangeFile
from stagiaires.queries.exchanges import months as queries
from stagiaires.workflow import sensitive
from stagiaires.workflow.exchanges import files

NOTHING = "Aucun mois d’émargement confirmé : la Région confirme d’abord ceux que les organismes ont verrouillés."


def prepare(partner: Partner, month: date, hat: Membership) -> ExchangeFile:
    """Make the file of a month for the ASP or France Travail; made again after a correction, it is the next version.

    The regime of each person (R83) is a sensitive fact: it is read for this, and each reading is kept. A session
    whose month is open again keeps what was said of it last. Raises Refused when nothing is confirmed or has changed.
    """
    files.must_send(hat)
    shape = BY_PARTNER[partner]
    with transaction.atomic():
        purpose = f"Dire au partenaire le régime de rémunération, présences {de_mois(month)}"
        known = sensitive.allowances(queries.people_of(month), hat, purpose)
        regimes = {person: regime_of(allowance) for person, allowance in known.items()}
        rows = shape.rows(queries.records(month, regimes))
        same = ExchangeFile.objects.filter(partner=partner, subject=FileSubject.PRESENCES, month=month)
        last = same.order_by("-version").first()
        if last is not None and last.erased_at is None:
            rows += _held_over(last, month, rows, shape.key)
        if not rows:
            raise Refused(NOTHING)
        data = to_csv(shape.names, rows)
        if last is not None and bytes(last.data) == data:
            raise Refused(f"Rien n’a changé depuis la version {last.version}.")
        return files.keep(partner, FileSubject.PRESENCES, month, data, len(rows), hat)


def _held_over(last: ExchangeFile, month: date, rows: list[Cells], key: str) -> list[Cells]:
    """What the last version said of the sessions whose month is being corrected."""
    reopened, now = queries.sessions_reopened(month), {row[key] for row in rows}
    if not reopened:
        return []
    return [row for row in from_csv(bytes(last.data)) if row["SESSION"] in reopened and row[key] not in now]
