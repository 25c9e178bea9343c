"""A person's way through one session, on one post: the promise that gives the scheme its name stands here."""

from decimal import Decimal

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.journal.history import tracked
from core.journal.kept import kept
from core.journal.states import via
from stagiaires.enums import DocumentKind, ExitReason, ParcoursMove, ParcoursState
from stagiaires.models.person import Stagiaire


def hours(label: str) -> "models.DecimalField[Decimal | int | str, Decimal]":
    """Hours of one stagiaire, two decimals."""
    return models.DecimalField(
        label, max_digits=7, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)]
    )


# A parcours stands on a post that its session's request holds now. The row of the coverage is held until the end of
# the transaction, so that the post cannot be freed meanwhile.
POST_OF_SESSION = """
    IF NEW.post_id IS NOT NULL THEN
        PERFORM 1 FROM training_sessions_coverage c
        JOIN training_sessions_session s ON s.request_id = c.request_id
        WHERE c.post_id = NEW.post_id AND s.id = NEW.session_id AND c.is_live
        FOR SHARE OF c;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'post % is not held by session %', NEW.post_id, NEW.session_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'parcours_post_of_session';
        END IF;
    END IF;
    RETURN NEW;
"""

# Places taken on a session are counted by this trigger alone; the session refuses more than it opened.
SEATS_TAKEN = """
    freed := CASE WHEN TG_OP = 'UPDATE' AND OLD.takes_place THEN 1 ELSE 0 END;
    taken := CASE WHEN NEW.takes_place THEN 1 ELSE 0 END;
    IF taken <> freed THEN
        UPDATE training_sessions_session SET seats_taken = seats_taken + taken - freed WHERE id = NEW.session_id;
    END IF;
    RETURN NULL;
"""


@tracked(exclude=("takes_place",))
class Parcours(FSMModelMixin, models.Model):
    """One active stagiaire ↔ one post of one intention (R12): unique keys below, whatever the forms say.

    `post` is empty in the socle, and for one whom the Région does not fund (R73).
    """

    stagiaire = models.ForeignKey(Stagiaire, models.PROTECT, related_name="parcours")
    session = models.ForeignKey("training_sessions.Session", models.PROTECT, related_name="parcours")
    positioning = models.ForeignKey("stagiaires.Positioning", models.PROTECT, related_name="parcours")
    organisme = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="parcours")
    post = models.ForeignKey("intentions.Post", models.PROTECT, null=True, blank=True, related_name="parcours")
    composante = models.ForeignKey("orders.Composante", models.PROTECT, null=True, blank=True, related_name="parcours")
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replacements", verbose_name="remplace"
    )  # R74
    state = FSMField("état", default=ParcoursState.PREVU, choices=ParcoursState.choices, protected=True)
    funded = models.BooleanField("financé par la Région", default=True)  # R73
    receipt = models.ForeignKey("rulebook.Receipt", models.PROTECT, null=True, blank=True, related_name="+")

    starts_on = models.DateField("entrée")
    ends_on = models.DateField("fin prévue")
    left_on = models.DateField("sortie", null=True, blank=True)
    exit_reason = models.CharField("motif de sortie", max_length=20, choices=ExitReason, blank=True)  # R84
    exit_note = models.TextField("précision", blank=True)
    suspended_until = models.DateField("suspendu jusqu’au", null=True, blank=True)

    # Hours of the person, not of the session (R52)
    hours_technique = hours("heures techniques")
    hours_refresher = hours("heures de remise à niveau")
    hours_module = hours("heures de modules")
    hours_distance = hours("heures à distance")
    hours_company = hours("heures en entreprise")
    working_rate = models.DecimalField(
        "rythme (%)",
        max_digits=5,
        decimal_places=2,
        default=Decimal(100),
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )  # R80
    progression_certified = models.BooleanField("progression compatible certifiée", default=False)  # R73
    clea = models.BooleanField("détient le certificat CléA", null=True, blank=True)  # P05
    other_funder = models.CharField("autre financeur", max_length=160, blank=True)  # P17
    charter_accepted_at = models.DateTimeField("charte acceptée le", null=True, blank=True)  # R84
    commitment_signed_at = models.DateTimeField("engagement de se salarier signé le", null=True, blank=True)  # R38
    contract_made_at = models.DateTimeField("contrat individuel établi le", null=True, blank=True)  # P06
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("accounts.Membership", models.PROTECT, related_name="+")
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)  # words and documents are gone, hours stay
    # Written by the database, for the triggers and the unique keys.
    takes_place = models.GeneratedField(
        expression=models.Case(
            models.When(Q(funded=True, state__in=ParcoursState.holding()), then=True),
            default=False,
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = "parcours"
        verbose_name_plural = "parcours"
        ordering = ["-starts_on", "-id"]
        triggers = [
            ParcoursMove.fsm_trigger(),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="one_person_one_session", fields=["stagiaire", "session", "positioning"]),
            pgtrigger.Trigger(
                name="post_of_session",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("post_id"),
                func=POST_OF_SESSION,
            ),
            pgtrigger.Trigger(
                name="seats_taken",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state", "funded"),
                declare=[("freed", "INTEGER"), ("taken", "INTEGER")],
                func=SEATS_TAKEN,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(state__in=ParcoursState.holding()),
                name="parcours_one_per_post",
                violation_error_message="Ce poste porte déjà un stagiaire : un poste, un stagiaire.",
            ),
            models.UniqueConstraint(
                fields=["stagiaire"],
                condition=Q(state__in=ParcoursState.active()),
                name="parcours_one_per_person",
                violation_error_message="Cette personne suit déjà un parcours.",
            ),
            # One that was called off before the entry leaves its candidate, and its leaver, to the next.
            models.UniqueConstraint(
                fields=["positioning"],
                condition=~Q(state="annule"),
                name="parcours_one_per_positioning",
                violation_error_message="Cette candidature a déjà son parcours.",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=~Q(state="annule"),
                name="parcours_replaced_once",
                violation_error_message="Cette personne est déjà remplacée.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="parcours_dates_ordered",
                violation_error_message="Le parcours finit après avoir commencé.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["abandonne", "exclu"]) | (Q(left_on__isnull=False) & ~Q(exit_reason="")),
                name="parcours_exit_reasoned",
                violation_error_message="Une sortie porte sa date et son motif.",
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("starts_on")),
                name="parcours_left_after_entry",
                violation_error_message="On sort après être entré.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["en_cours", "acheve"], funded=True) | Q(receipt__isnull=False),
                name="parcours_admitted_with_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state"], name="parcours_session"),
            models.Index(fields=["organisme", "-starts_on"], name="parcours_organisme"),
        ]

    def __str__(self) -> str:
        return f"{self.stagiaire.short_name} · {self.session.number}"

    @property
    def hours_total(self) -> Decimal:
        """Hours planned for this person, all kinds together."""
        return self.hours_training + self.hours_company

    @property
    def hours_training(self) -> Decimal:
        """Hours with the organisme, at a distance and « remise à niveau » included (R53)."""
        return self.hours_technique + self.hours_refresher + self.hours_module + self.hours_distance

    @transition(**via(ParcoursMove.ENTRER))
    def entrer(self) -> None: ...

    @transition(**via(ParcoursMove.SUSPENDRE))
    def suspendre(self) -> None: ...

    @transition(**via(ParcoursMove.REPRENDRE))
    def reprendre(self) -> None: ...

    @transition(**via(ParcoursMove.ACHEVER))
    def achever(self) -> None: ...

    @transition(**via(ParcoursMove.ABANDONNER))
    def abandonner(self) -> None: ...

    @transition(**via(ParcoursMove.EXCLURE))
    def exclure(self) -> None: ...

    @transition(**via(ParcoursMove.ANNULER))
    def annuler(self) -> None: ...


class ParcoursDocument(models.Model):
    """A document of one parcours, sealed once made; a change makes the next version. Append-only."""

    parcours = models.ForeignKey(Parcours, models.PROTECT, related_name="documents")
    kind = models.CharField("document", max_length=20, choices=DocumentKind)
    version = models.PositiveSmallIntegerField(default=1)
    content = models.JSONField("contenu", default=dict)
    pdf = models.BinaryField("fichier")
    sha256 = models.CharField("empreinte", max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey("accounts.Membership", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "document du parcours"
        verbose_name_plural = "documents du parcours"
        ordering = ["kind", "-version"]
        constraints = [models.UniqueConstraint(fields=["parcours", "kind", "version"], name="document_version")]
        triggers = [kept(removable=True, name="sealed")]  # a contract holds a name

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.parcours_id}"
