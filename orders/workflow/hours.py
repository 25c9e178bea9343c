"""Hours done: stated by the organisme, checked by the gestionnaire, booked by one function.

`record_hours` is the only door of done hours into the ledger, whether they come from a typed statement or from
attendance.
"""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core.accounts.enums import OrganisationKind
from core.accounts.models import Membership
from core.journal import events
from core.journal.notices import notify
from core.journal.refusals import Refused
from core.ui.french import de_mois, heures
from orders import ledger
from orders.enums import Account, ComposanteState, HoursSource, LotRole, StatementMove, StatementState
from orders.models import Composante, HoursDone, HoursStatement
from orders.notices import HoursAnswered, HoursStated
from orders.queries import role_on
from orders.queries.hours import in_force
from orders.workflow.bons import must_order
from orders.workflow.composantes import lock_composante
from orders.workflow.people import members_of, region_of


def record_hours(
    composante: Composante, month: date, version: int, hours: Decimal, *, source: str, hat: Membership | None = None
) -> HoursDone:
    """Book the hours done of a composante in a month. Returns the row kept. Opens its own transaction if none is open.

    Args:
        month: any day of it.
        version: 1, 2…: each source counts its own. A newer version says the whole month again; the difference moves.
        hours: heures-stagiaires of the whole month, all its stagiaires together.
        source: `HoursSource.RELEVE` for a typed statement, `HoursSource.EMARGEMENT` for attendance.
        hat: who says it; None for the machine. The caller has checked that this hat may.

    Idempotent by (composante, month, source, version): said again, nothing moves. Attendance replaces what was typed,
    whatever the versions, and the statement of the month with it; what is typed never replaces attendance.

    Raises Refused: other hours under a version already booked, an older version than the one booked, a typed month
    that attendance has given, a composante that is not ordered, more hours than are ordered, fewer than are invoiced.
    """
    first, source = month.replace(day=1), HoursSource(source)
    with transaction.atomic():
        locked = lock_composante(composante)
        same = locked.hours_done.filter(month=first, source=source, version=version).first()
        if same is not None:
            if same.hours != hours:
                raise Refused(
                    f"Ce relevé est déjà enregistré avec {heures(same.hours)}\u00a0: corrigez-le par un nouveau."
                )
            return same
        if locked.hours_done.filter(month=first, source=source, version__gt=version).exists():
            raise Refused("Un relevé plus récent est déjà enregistré pour ce mois.")
        known = in_force(locked, first)
        if known is not None and known.source == HoursSource.EMARGEMENT != source:
            raise Refused(f"Les heures {de_mois(first)} viennent de l’émargement\u00a0: elles se corrigent là.")
        if locked.state != ComposanteState.COMMANDEE:
            raise Refused(f"La composante {locked.number} n’est pas commandée\u00a0: aucune heure ne s’y réalise.")
        done = HoursDone.objects.create(
            composante=locked, month=first, version=version, hours=hours, source=source, recorded_by=hat
        )
        if source == HoursSource.EMARGEMENT:
            _replace_statements(locked, done, hat)  # before the books, as every act locks its rows
        _book(locked, done, hours - (known.hours if known else Decimal(0)), hat)
    return done


def _book(composante: Composante, done: HoursDone, difference: Decimal, hat: Membership | None) -> None:
    if not difference:
        return
    left = composante.balance.commande
    if difference > left:
        raise Refused(
            f"La composante {composante.number} n’a plus que {heures(left)} commandées à réaliser, et ce mois en "
            f"compte {heures(difference)}. Un avenant lui en ajoute, ou lui en transfère d’une autre composante du "
            "lot (R122)."
        )
    ordered, realised = (Account.COMMANDE, composante), (Account.REALISE, composante)
    origin, target = (ordered, realised) if difference > 0 else (realised, ordered)
    said = "" if done.source == HoursSource.RELEVE else ":emargement"
    key = f"hours:{done.composante_id}:{done.month:%Y-%m}:{done.version}{said}"
    ledger.move(composante.period, abs(difference), origin, target, document=done, key=key, hat=hat)


def _replace_statements(composante: Composante, done: HoursDone, hat: Membership | None) -> None:
    """Attendance says the month: what was typed of it, checked or not, no longer does."""
    rows = composante.statements.select_for_update(of=("self",)).filter(month=done.month)
    for one in rows.exclude(state=StatementState.REMPLACE).order_by("pk"):
        one.remplacer()
        one.save()
    label = f"Heures {de_mois(done.month)}\u00a0: {heures(done.hours)} d’après l’émargement"
    events.record(composante, "heures.emargement", label, hat=hat)


def state_hours(
    composante: Composante, month: date, hours: Decimal, hat: Membership, *, note: str = ""
) -> HoursStatement:
    """The organisme (or the lot's mandataire) types the hours of a month, anew if it was sent back or accepted.

    What was accepted stands until the new statement is itself accepted.

    Raises Refused: not his, month not begun, given by attendance already, hours beyond what is ordered.
    """
    first = month.replace(day=1)
    with transaction.atomic():
        locked = lock_composante(composante)
        _must_state(locked, hat)
        if locked.state != ComposanteState.COMMANDEE:
            raise Refused(f"La composante {locked.number} n’est pas commandée.")
        if first > timezone.localdate():
            raise Refused("Ce mois n’a pas commencé.")
        booked = in_force(locked, first)
        if booked is not None and booked.source == HoursSource.EMARGEMENT:
            raise Refused(f"Les heures {de_mois(first)} viennent de l’émargement\u00a0: elles se corrigent là.")
        earlier = HoursStatement.objects.select_for_update(of=("self",)).filter(composante=locked, month=first)
        rows = list(earlier.order_by("version"))
        if rows and rows[-1].state == StatementState.PROPOSE:
            raise Refused("Votre relevé de ce mois attend la réponse de la Région.")
        left = locked.balance.commande + (booked.hours if booked else Decimal(0))
        if hours < 0 or hours > left:
            raise Refused(f"Il reste {heures(left)} commandées sur cette composante.")
        if rows and rows[-1].state == StatementState.RENVOYE:  # an accepted one stands until this one is accepted
            rows[-1].remplacer()
            rows[-1].save()
        made = HoursStatement.objects.create(
            composante=locked,
            month=first,
            version=(rows[-1].version if rows else 0) + 1,
            hours=hours,
            note=note.strip(),
            stated_by=hat,
        )
        label = f"Relevé {de_mois(first)}\u00a0: {heures(hours)}"
        events.record(locked, "heures.proposees", label, hat=hat, reason=made.note)
        text = f"{locked.number} · {label}"
        notify(HoursStated, region_of(locked.lot), locked, text, _url(locked), dedupe_key=str(made.pk))
    return made


def accept(statement: HoursStatement, hat: Membership) -> HoursStatement:
    """The gestionnaire accepts a statement: its hours are booked."""
    return _answer(statement, hat, accepted=True, answer="")


def send_back(statement: HoursStatement, hat: Membership, answer: str) -> HoursStatement:
    """The gestionnaire sends a statement back, saying what is to be corrected."""
    if not answer.strip():
        raise Refused("Écrivez ce qui est à corriger\u00a0: l’organisme le lira tel quel.")
    return _answer(statement, hat, accepted=False, answer=answer.strip())


def _answer(statement: HoursStatement, hat: Membership, *, accepted: bool, answer: str) -> HoursStatement:
    must_order(hat)
    with transaction.atomic():
        lock_composante(Composante(pk=statement.composante_id))  # first, as when a month is stated: no deadlock
        locked = HoursStatement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
        if locked.state not in StatementMove.ACCEPTER.sources:
            raise Refused(f"Ce relevé est déjà «\u00a0{locked.get_state_display().lower()}\u00a0».")
        locked.checked_by, locked.checked_at, locked.answer = hat, timezone.now(), answer
        if accepted:
            _replace_accepted(locked)
            record_hours(
                locked.composante, locked.month, locked.version, locked.hours, source=HoursSource.RELEVE, hat=hat
            )
            locked.accepter()
        else:
            locked.renvoyer()
        locked.save()
        composante, word = locked.composante, "accepté" if accepted else "à corriger"
        label = f"Relevé {de_mois(locked.month)} {word}"
        events.record(composante, f"heures.{locked.state}", label, hat=hat, reason=answer)
        told = members_of(composante.organisme)
        notify(
            HoursAnswered, told, composante, f"{composante.number} · {label}", _url(composante),
            dedupe_key=f"{locked.pk}:{locked.state}",
        )  # fmt: skip
    return locked


def _replace_accepted(statement: HoursStatement) -> None:
    """The statement of the month that was accepted until now is replaced by the one that is being accepted."""
    accepted = HoursStatement.objects.select_for_update(of=("self",)).filter(
        composante=statement.composante_id, month=statement.month, state=StatementState.ACCEPTE
    )
    for one in accepted:
        one.remplacer()
        one.save()


def _must_state(composante: Composante, hat: Membership) -> None:
    own = hat.kind == OrganisationKind.ORGANISME and (
        hat.organisation_id == composante.organisme_id
        or role_on(composante.lot, hat.organisation) == LotRole.MANDATAIRE
    )
    if not own:
        raise Refused("Les heures d’une composante sont déclarées par son organisme ou par le mandataire du lot.")


def _url(composante: Composante) -> str:
    return reverse("composante_detail", args=[composante.pk])
