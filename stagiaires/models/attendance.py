"""Half-days, signatures, absences, and the month that seals them.

Whether one was there is read in this order: the last correction, else the signature, else the absence, else nothing
is known yet. Signatures and corrections are append-only; a month that is locked takes neither.
"""

import uuid
from decimal import Decimal

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.kept import kept, only_erased
from core.journal.states import via
from core.months import FIRST_OF_MONTH
from core.ui.french import heure
from stagiaires.enums import (
    AbsenceReason,
    DayPart,
    HalfDayMove,
    HalfDayState,
    HourKind,
    LockMove,
    LockState,
    SignatureMethod,
)
from stagiaires.models.parcours import Parcours

PROOF_ERASED = "efface"  # a proof was given, and has passed its delay: what it justified stays justified
# A month that is locked, confirmed or not, takes no signature, absence nor correction more. The lock is read FOR KEY
# SHARE: one cannot slip in while the month is being sealed.
MONTH_OPEN = """
    PERFORM 1 FROM stagiaires_halfday h WHERE h.id = NEW.half_day_id FOR SHARE OF h;
    PERFORM 1 FROM stagiaires_monthlock l
    JOIN stagiaires_halfday h ON h.session_id = l.session_id AND date_trunc('month', h.on_date)::date = l.month
    WHERE h.id = NEW.half_day_id AND l.state IN ('verrouille', 'confirme');
    IF FOUND THEN
        RAISE EXCEPTION 'the month of half-day % is locked', NEW.half_day_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'month_is_locked';
    END IF;
    RETURN NEW;
"""


# The timetable itself does not move under a seal, neither from the month that it leaves nor into the one it enters.
TIMETABLE_OPEN = """
    PERFORM 1 FROM stagiaires_monthlock l
    WHERE l.session_id = NEW.session_id AND l.state IN ('verrouille', 'confirme')
      AND (l.month = date_trunc('month', NEW.on_date)::date
           OR (TG_OP = 'UPDATE' AND l.month = date_trunc('month', OLD.on_date)::date));
    IF FOUND THEN
        RAISE EXCEPTION 'the month of half-day % is locked', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'month_is_locked';
    END IF;
    RETURN NEW;
"""


def month_open(operation: pgtrigger.Operation, erasable: tuple[str, ...] = ()) -> pgtrigger.Trigger:
    """The trigger that refuses to write in a locked month; `erasable` columns alone may still be emptied by the clock.

    It is asked once the month is known to be locked: what is written every day does not pay for it.
    """
    func = MONTH_OPEN
    if erasable:
        func = func.replace("IF FOUND THEN", f"IF FOUND AND NOT (TG_OP = 'UPDATE' AND {only_erased(*erasable)}) THEN")
    return pgtrigger.Trigger(name="month_open", when=pgtrigger.Before, operation=operation, func=func)


def month_open_to_removal() -> pgtrigger.Trigger:
    """The same, for a row that is taken away."""
    func = MONTH_OPEN.replace("NEW", "OLD")
    return pgtrigger.Trigger(name="month_open_to_removal", when=pgtrigger.Before, operation=pgtrigger.Delete, func=func)


@tracked(exclude=("secret",))
class HalfDay(FSMModelMixin, models.Model):
    """A half-day of the session's timetable. `secret` makes the codes that the trainer shows; it never leaves us."""

    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="half_days")
    on_date = models.DateField("jour")
    part = models.CharField("demi-journée", max_length=12, choices=DayPart)
    starts_at = models.TimeField("de")
    ends_at = models.TimeField("à")
    hours = models.DecimalField(
        "heures", max_digits=4, decimal_places=2, validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(8)]
    )
    kind = models.CharField("type d’heures", max_length=20, choices=HourKind, default=HourKind.TECHNIQUE)
    subject = models.CharField("contenu", max_length=160, blank=True)
    room = models.CharField("salle ou lieu", max_length=120, blank=True)
    trainer = models.CharField("formateur", max_length=120, blank=True)
    state = FSMField("état", default=HalfDayState.PREVUE, choices=HalfDayState.choices, protected=True)
    secret = models.BinaryField(max_length=32, editable=False)
    opened_at = models.DateTimeField("ouverte le", null=True, blank=True)
    opened_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    opened_link = models.ForeignKey("stagiaires.TrainerLink", models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    cancellation_reason = models.CharField("motif de l’annulation", max_length=200, blank=True)

    class Meta:
        verbose_name = "demi-journée"
        verbose_name_plural = "demi-journées"
        ordering = ["on_date", "starts_at", "id"]
        triggers = [
            HalfDayMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="timetable_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("on_date", "part", "hours", "kind", "state"),
                func=TIMETABLE_OPEN,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "on_date", "part"],
                condition=~Q(state="annulee"),
                name="half_day_once",
                violation_error_message="Cette demi-journée est déjà à l’emploi du temps.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="half_day_times_ordered",
                violation_error_message="La demi-journée finit après avoir commencé.",
            ),
        ]
        indexes = [models.Index(fields=["on_date", "session"], name="half_day_date")]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.on_date:%d/%m/%Y} {self.get_part_display().lower()}"

    @property
    def when(self) -> str:
        """« 9 h – 12 h 30 »."""
        return f"{heure(self.starts_at)} – {heure(self.ends_at)}"

    @transition(**via(HalfDayMove.OUVRIR))
    def ouvrir(self) -> None: ...

    @transition(**via(HalfDayMove.CLORE))
    def clore(self) -> None: ...

    @transition(**via(HalfDayMove.ROUVRIR))
    def rouvrir(self) -> None: ...

    @transition(**via(HalfDayMove.ANNULER))
    def annuler(self) -> None: ...


@tracked()
class Exemption(models.Model):
    """This person is not expected on this half-day: the timetable is hers, not the group's (R52).

    `suspended`: because the parcours is suspended; when it goes on, the others stay.
    """

    half_day = models.ForeignKey(HalfDay, models.CASCADE, related_name="exemptions")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="exemptions")
    suspended = models.BooleanField("pendant une suspension", default=False)

    class Meta:
        verbose_name = "dispense"
        constraints = [models.UniqueConstraint(fields=["half_day", "parcours"], name="exemption_once")]
        triggers = [month_open(pgtrigger.Insert), month_open_to_removal()]

    def __str__(self) -> str:
        return f"{self.half_day_id} · {self.parcours_id}"


class Signature(models.Model):
    """One signature per (half-day, person). `token` is made on the phone: said twice, it is counted once.

    `signed_at` is the phone's time, `received_at` ours: what came late is flagged, never hidden.
    """

    token = models.UUIDField(unique=True, default=uuid.uuid4)
    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="signatures")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="signatures")
    method = models.CharField(max_length=12, choices=SignatureMethod)
    signed_at = models.DateTimeField("signée le")
    received_at = models.DateTimeField("reçue le", auto_now_add=True)
    late = models.BooleanField("tardive", default=False)
    drawing = models.TextField("tracé", blank=True)  # the strokes, as short numbers
    opened_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    link = models.ForeignKey("stagiaires.TrainerLink", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "signature"
        ordering = ["signed_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["half_day", "parcours"],
                name="signature_once",
                violation_error_message="Cette demi-journée est déjà signée par cette personne.",
            ),
        ]
        triggers = [month_open(pgtrigger.Insert), kept(erasable=("drawing",))]

    def __str__(self) -> str:
        return f"{self.half_day_id} · {self.parcours_id}"


@tracked()
class Absence(models.Model):
    """Not there, or not all the time: why, for how long, and what proves it."""

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="absences")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="absences")
    reason = models.CharField("motif", max_length=20, choices=AbsenceReason, default=AbsenceReason.SANS)
    hours = models.DecimalField(
        "heures manquées", max_digits=4, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )  # empty: the whole half-day
    note = models.CharField("précision", max_length=300, blank=True)
    proof = models.FileField("justificatif", upload_to="justificatifs/%Y/%m/", blank=True)
    proof_name = models.CharField(max_length=200, blank=True)
    stated_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    link = models.ForeignKey("stagiaires.TrainerLink", models.PROTECT, null=True, blank=True, related_name="+")
    stated_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "absence"
        ordering = ["half_day", "id"]
        constraints = [models.UniqueConstraint(fields=["half_day", "parcours"], name="absence_once")]
        triggers = [
            month_open(pgtrigger.Insert | pgtrigger.Update, erasable=("note", "proof", "proof_name")),
            month_open_to_removal(),
        ]

    def __str__(self) -> str:
        return f"{self.half_day_id} · {self.parcours_id}"

    @property
    def has_proof(self) -> bool:
        """Whether the file that was given is still there."""
        return self.proof.name not in ("", None, PROOF_ERASED)


class AttendanceCorrection(models.Model):
    """What was written is put right: what it said, what it says now, why, by whom. Append-only."""

    half_day = models.ForeignKey(HalfDay, models.PROTECT, related_name="corrections")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="corrections")
    was = models.CharField("disait", max_length=120)
    present = models.BooleanField("présent")
    hours = models.DecimalField("heures faites", max_digits=4, decimal_places=2, validators=[MinValueValidator(0)])
    reason = models.TextField("motif")
    late = models.BooleanField("tardive", default=False)
    made_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    link = models.ForeignKey("stagiaires.TrainerLink", models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "correction d’émargement"
        verbose_name_plural = "corrections d’émargement"
        ordering = ["made_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="correction_reason",
                violation_error_message="Dites pourquoi l’émargement est corrigé.",
            ),
            models.CheckConstraint(
                condition=Q(made_by__isnull=False) | Q(link__isnull=False), name="correction_author"
            ),
        ]
        triggers = [month_open(pgtrigger.Insert), kept(erasable=("was", "reason"))]

    def __str__(self) -> str:
        return f"{self.half_day_id} · {self.parcours_id}"


@tracked()
class MonthLock(FSMModelMixin, models.Model):
    """A session's month as the organisme sealed it: its content, the SHA-256 of that, then the Région's word."""

    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="month_locks")
    month = models.DateField("mois")  # its first day
    version = models.PositiveSmallIntegerField(default=1)
    state = FSMField("état", default=LockState.VERROUILLE, choices=LockState.choices, protected=True)
    content = models.JSONField("contenu")
    sha256 = models.CharField("empreinte", max_length=64)
    note = models.TextField("observations", blank=True)
    answer = models.TextField("réponse de la Région", blank=True)
    locked_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    locked_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    reopening_reason = models.TextField("motif de la réouverture", blank=True)

    class Meta:
        verbose_name = "mois d’émargement"
        verbose_name_plural = "mois d’émargement"
        ordering = ["-month", "session", "-version"]
        triggers = [
            LockMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="sealed", fields=["session", "month", "version", "content", "sha256"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["session", "month", "version"], name="month_lock_version"),
            models.UniqueConstraint(
                fields=["session", "month"],
                condition=Q(state__in=LockState.living()),
                name="month_lock_one_living",
                violation_error_message="Ce mois est déjà verrouillé.",
            ),
            models.CheckConstraint(condition=FIRST_OF_MONTH, name="month_lock_month"),
            models.CheckConstraint(
                condition=~Q(state="renvoye") | ~Q(answer=""),
                name="month_lock_sent_back_reason",
                violation_error_message="Dites ce qui est à corriger.",
            ),
            models.CheckConstraint(
                condition=~Q(state="rouvert") | ~Q(reopening_reason=""),
                name="month_lock_reopening_reason",
                violation_error_message="Dites pourquoi le mois est rouvert.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} · {self.month:%m/%Y}"

    @transition(**via(LockMove.CONFIRMER))
    def confirmer(self) -> None: ...

    @transition(**via(LockMove.RENVOYER))
    def renvoyer(self) -> None: ...

    @transition(**via(LockMove.ROUVRIR))
    def rouvrir(self) -> None: ...


class MonthHours(models.Model):
    """Hours done by one parcours in a sealed month, for its composante. Append-only, read off the lock's content.

    `hours` are with the organisme (distance and « remise à niveau » included, R53), those that an order pays;
    `hours_company` are spent at an employer's and are paid by no order.
    """

    lock = models.ForeignKey(MonthLock, models.PROTECT, related_name="lines")
    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="month_hours")
    composante = models.ForeignKey("orders.Composante", models.PROTECT, null=True, blank=True, related_name="+")
    hours = models.DecimalField("heures faites", max_digits=7, decimal_places=2)
    hours_company = models.DecimalField("heures en entreprise", max_digits=7, decimal_places=2, default=Decimal(0))
    hours_absent = models.DecimalField("heures d’absence", max_digits=7, decimal_places=2, default=Decimal(0))
    hours_justified = models.DecimalField("dont justifiées", max_digits=7, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = "heures du mois"
        verbose_name_plural = "heures du mois"
        ordering = ["lock", "id"]
        constraints = [models.UniqueConstraint(fields=["lock", "parcours"], name="month_hours_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.lock_id} · {self.parcours_id}"
