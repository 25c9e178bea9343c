"""An employer withdraws under an authorised session: what was lost, to whom the places are offered, the hours more."""

from decimal import Decimal

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.states import via
from orders.money import amount
from sessions.enums import ExtraHoursMove, ExtraHoursState, LossAnswer, LossCause, OfferMove, OfferState


@tracked()
class CoverageLoss(models.Model):
    """Posts that fell away under an authorised session, as it stood then, and what became of it (R18, R19)."""

    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="losses")
    intention = models.ForeignKey("intentions.Intention", models.PROTECT, related_name="+")
    cause = models.CharField("cause", max_length=10, choices=LossCause)
    reason = models.TextField("motif de l’employeur", blank=True)
    posts = models.PositiveSmallIntegerField("postes perdus")
    posts_left = models.PositiveSmallIntegerField("postes qui restent")
    seats = models.PositiveSmallIntegerField("places ouvertes")
    started = models.BooleanField("la session avait commencé")
    receipt = models.ForeignKey("rulebook.Receipt", models.PROTECT, related_name="+")
    at = models.DateTimeField("le", auto_now_add=True)
    answer = models.CharField("suite", max_length=10, choices=LossAnswer, default=LossAnswer.ATTEND)
    closed_at = models.DateTimeField("suite donnée le", null=True, blank=True)
    closed_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "désistement"
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(posts__gte=1), name="loss_of_posts"),
            models.CheckConstraint(
                condition=Q(answer="attend", closed_at=None, closed_by=None)
                | (~Q(answer="attend") & Q(closed_at__isnull=False)),
                name="loss_answer_dated",
                violation_error_message="Une suite donnée porte sa date.",
            ),
        ]
        indexes = [models.Index(fields=["at", "id"], condition=Q(answer="attend"), name="loss_waiting")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="as_it_stood",
                fields=[
                    "session",
                    "intention",
                    "cause",
                    "reason",
                    "posts",
                    "posts_left",
                    "seats",
                    "started",
                    "receipt",
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} - {self.intention_id}"


@tracked()
class PlaceOffer(FSMModelMixin, models.Model):
    """Free posts of a session, offered to an employer whose intention waits; he accepts or declines."""

    request = models.ForeignKey("training_sessions.SessionRequest", models.PROTECT, related_name="offers")
    intention = models.ForeignKey("intentions.Intention", models.PROTECT, related_name="offers")
    state = FSMField("état", default=OfferState.PROPOSEE, choices=OfferState.choices, protected=True)
    posts = models.PositiveSmallIntegerField("postes proposés")
    reasons = models.JSONField("pourquoi cette intention", default=list)
    word = models.TextField("un mot à l’employeur", blank=True, max_length=1000)
    offered_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    offered_at = models.DateTimeField("proposée le", auto_now_add=True)
    answer_by = models.DateField("réponse attendue le")
    posts_taken = models.PositiveSmallIntegerField("postes pris", null=True, blank=True)
    answered_at = models.DateTimeField("réponse le", null=True, blank=True)
    answered_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    answer_reason = models.TextField("motif", blank=True)

    class Meta:
        verbose_name = "proposition de places"
        verbose_name_plural = "propositions de places"
        ordering = ["-offered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "intention"],
                condition=Q(state="proposee"),
                name="offer_once",
                violation_error_message="Cette session est déjà proposée à cet employeur.",
            ),
            models.CheckConstraint(condition=Q(posts__gte=1), name="offer_of_posts"),
            models.CheckConstraint(
                condition=Q(state="proposee", answered_at=None, posts_taken=None)
                | Q(state="acceptee", answered_at__isnull=False, posts_taken__gte=1, posts_taken__lte=F("posts"))
                | Q(state__in=["declinee", "reprise", "perimee"], answered_at__isnull=False, posts_taken=None),
                name="offer_answered_whole",
            ),
        ]
        indexes = [models.Index(fields=["answer_by", "id"], condition=Q(state="proposee"), name="offer_waiting")]
        triggers = [
            OfferMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="offered_as_said", fields=["request", "intention", "posts", "reasons", "word"]),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} → {self.intention_id}"

    # The state changes here and nowhere else, called by `sessions.workflow` alone.
    @transition(**via(OfferMove.ACCEPTER))
    def accepter(self) -> None: ...

    @transition(**via(OfferMove.DECLINER))
    def decliner(self) -> None: ...

    @transition(**via(OfferMove.REPRENDRE))
    def reprendre(self) -> None: ...

    @transition(**via(OfferMove.PERIMER))
    def perimer(self) -> None: ...


@tracked()
class ExtraHours(FSMModelMixin, models.Model):
    """Hours that were not foreseen, which an employer wants so that the certification is whole (R51, R95).

    Asked by the organisme, granted or refused by the Région; granted, they are a composante of the lot.
    """

    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="extra_hours")
    intention = models.ForeignKey("intentions.Intention", models.PROTECT, related_name="+", verbose_name="employeur")
    completes = models.ForeignKey("orders.Composante", models.PROTECT, related_name="+")
    state = FSMField("état", default=ExtraHoursState.DEMANDEE, choices=ExtraHoursState.choices, protected=True)
    places = models.PositiveSmallIntegerField("parcours à compléter")
    hours_each = models.DecimalField("heures par parcours", max_digits=7, decimal_places=2)
    price = models.DecimalField("prix (€ par heure-stagiaire)", max_digits=6, decimal_places=2)
    reason = models.TextField("ce que l’employeur attend")
    asked_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("demandées le", auto_now_add=True)
    answer_reason = models.TextField("motif de la décision", blank=True)
    decided_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("décidées le", null=True, blank=True)
    receipt = models.ForeignKey("rulebook.Receipt", models.PROTECT, null=True, blank=True, related_name="+")
    composante = models.OneToOneField(
        "orders.Composante", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="composante engagée"
    )

    class Meta:
        verbose_name = "demande d’heures supplémentaires"
        verbose_name_plural = "demandes d’heures supplémentaires"
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(state="demandee"),
                name="extra_hours_one_waiting",
                violation_error_message="Une demande d’heures attend déjà sa décision sur cette session.",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1, hours_each__gt=0, price__gt=0) & ~Q(reason=""),
                name="extra_hours_said",
                violation_error_message="Dites combien de parcours, combien d’heures, et ce que l’employeur attend.",
            ),
            models.CheckConstraint(
                condition=Q(state="demandee", decided_at=None, decided_by=None, composante=None)
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False, receipt__isnull=False)
                    & (Q(state="accordee", composante__isnull=False) | Q(state="refusee", composante=None))
                    & ~Q(answer_reason="")
                ),
                name="extra_hours_decided_whole",
            ),
        ]
        triggers = [
            ExtraHoursMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="asked_as_said",
                fields=["session", "intention", "completes", "places", "hours_each", "price", "reason", "asked_by"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} + {self.hours}"

    @property
    def hours(self) -> Decimal:
        """Heures-stagiaires in all."""
        return self.places * self.hours_each

    @property
    def amount(self) -> Decimal:
        """Euros, at the price of the day when they were asked."""
        return amount(self.hours, self.price)

    @transition(**via(ExtraHoursMove.ACCORDER))
    def accorder(self) -> None: ...

    @transition(**via(ExtraHoursMove.REFUSER))
    def refuser(self) -> None: ...
