"""An employer withdraws under an authorised session: what was lost, the places offered, the hours more."""

import django.db.models.deletion
import django_fsm
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.schema import Together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("intentions", "0001_initial"),
        ("orders", "0005_price_requests"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("reference", "0001_initial"),
        ("rulebook", "0001_initial"),
        ("training_sessions", "0002_queue_read_from_its_index"),
    ]

    operations = [
        Together([
        migrations.CreateModel(
            name="CoverageLoss",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("retrait", "L’employeur s’est désisté"),
                            ("reduction", "L’employeur propose moins de postes"),
                        ],
                        max_length=10,
                        verbose_name="cause",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="motif de l’employeur")),
                ("posts", models.PositiveSmallIntegerField(verbose_name="postes perdus")),
                ("posts_left", models.PositiveSmallIntegerField(verbose_name="postes qui restent")),
                ("seats", models.PositiveSmallIntegerField(verbose_name="places ouvertes")),
                ("started", models.BooleanField(verbose_name="la session avait commencé")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="le")),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("attend", "Attend une réponse"),
                            ("suffit", "Les postes qui restent suffisent"),
                            ("gardee", "Maintenue avec moins de places"),
                            ("completee", "Postes repris par un autre employeur"),
                            ("annulee", "Session annulée"),
                            ("terme", "Session menée à son terme"),
                        ],
                        default="attend",
                        max_length=10,
                        verbose_name="suite",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="suite donnée le")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "intention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="intentions.intention"
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rulebook.receipt"
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="losses",
                        to="training_sessions.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "désistement",
                "ordering": ["at", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("answer", "attend")), fields=["at", "id"], name="loss_waiting")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("posts__gte", 1)), name="loss_of_posts"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", "attend"), ("closed_at", None), ("closed_by", None)),
                            models.Q(models.Q(("answer", "attend"), _negated=True), ("closed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="loss_answer_dated",
                        violation_error_message="Une suite donnée porte sa date.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtraHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("demandee", "À décider"), ("accordee", "Accordée"), ("refusee", "Refusée")],
                        default="demandee",
                        max_length=50,
                        protected=True,
                        verbose_name="état",
                    ),
                ),
                ("places", models.PositiveSmallIntegerField(verbose_name="parcours à compléter")),
                ("hours_each", models.DecimalField(decimal_places=2, max_digits=7, verbose_name="heures par parcours")),
                (
                    "price",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="prix (€ par heure-stagiaire)"),
                ),
                ("reason", models.TextField(verbose_name="ce que l’employeur attend")),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="demandées le")),
                ("answer_reason", models.TextField(blank=True, verbose_name="motif de la décision")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidées le")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
                    ),
                ),
                (
                    "completes",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.composante"
                    ),
                ),
                (
                    "composante",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.composante",
                        verbose_name="composante engagée",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "intention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="intentions.intention",
                        verbose_name="employeur",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rulebook.receipt",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extra_hours",
                        to="training_sessions.session",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande d’heures supplémentaires",
                "verbose_name_plural": "demandes d’heures supplémentaires",
                "ordering": ["-asked_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "demandee")),
                        fields=("session",),
                        name="extra_hours_one_waiting",
                        violation_error_message="Une demande d’heures attend déjà sa décision sur cette session.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hours_each__gt", 0),
                            ("places__gte", 1),
                            ("price__gt", 0),
                            models.Q(("reason", ""), _negated=True),
                        ),
                        name="extra_hours_said",
                        violation_error_message="Dites combien de parcours, combien d’heures, et ce que l’employeur attend.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("composante", None), ("decided_at", None), ("decided_by", None), ("state", "demandee")
                            ),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("receipt__isnull", False),
                                models.Q(
                                    models.Q(("composante__isnull", False), ("state", "accordee")),
                                    models.Q(("composante", None), ("state", "refusee")),
                                    _connector="OR",
                                ),
                                models.Q(("answer_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="extra_hours_decided_whole",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="PlaceOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("proposee", "Attend l’employeur"),
                            ("acceptee", "Acceptée"),
                            ("declinee", "Déclinée"),
                            ("reprise", "Reprise"),
                            ("perimee", "Restée sans réponse"),
                        ],
                        default="proposee",
                        max_length=50,
                        protected=True,
                        verbose_name="état",
                    ),
                ),
                ("posts", models.PositiveSmallIntegerField(verbose_name="postes proposés")),
                ("reasons", models.JSONField(default=list, verbose_name="pourquoi cette intention")),
                ("word", models.TextField(blank=True, max_length=1000, verbose_name="un mot à l’employeur")),
                ("offered_at", models.DateTimeField(auto_now_add=True, verbose_name="proposée le")),
                ("answer_by", models.DateField(verbose_name="réponse attendue le")),
                ("posts_taken", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="postes pris")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="réponse le")),
                ("answer_reason", models.TextField(blank=True, verbose_name="motif")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "intention",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="intentions.intention"
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="training_sessions.sessionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposition de places",
                "verbose_name_plural": "propositions de places",
                "ordering": ["-offered_at", "-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "proposee")), fields=["answer_by", "id"], name="offer_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposee")),
                        fields=("request", "intention"),
                        name="offer_once",
                        violation_error_message="Cette session est déjà proposée à cet employeur.",
                    ),
                    models.CheckConstraint(condition=models.Q(("posts__gte", 1)), name="offer_of_posts"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("posts_taken", None), ("state", "proposee")),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("posts_taken__gte", 1),
                                ("posts_taken__lte", models.F("posts")),
                                ("state", "acceptee"),
                            ),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("posts_taken", None),
                                ("state__in", ["declinee", "reprise", "perimee"]),
                            ),
                            _connector="OR",
                        ),
                        name="offer_answered_whole",
                    ),
                ],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="CoverageLossEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("retrait", "L’employeur s’est désisté"),
                            ("reduction", "L’employeur propose moins de postes"),
                        ],
                        max_length=10,
                        verbose_name="cause",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="motif de l’employeur")),
                ("posts", models.PositiveSmallIntegerField(verbose_name="postes perdus")),
                ("posts_left", models.PositiveSmallIntegerField(verbose_name="postes qui restent")),
                ("seats", models.PositiveSmallIntegerField(verbose_name="places ouvertes")),
                ("started", models.BooleanField(verbose_name="la session avait commencé")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="le")),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("attend", "Attend une réponse"),
                            ("suffit", "Les postes qui restent suffisent"),
                            ("gardee", "Maintenue avec moins de places"),
                            ("completee", "Postes repris par un autre employeur"),
                            ("annulee", "Session annulée"),
                            ("terme", "Session menée à son terme"),
                        ],
                        default="attend",
                        max_length=10,
                        verbose_name="suite",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="suite donnée le")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "intention",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="intentions.intention",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="training_sessions.coverageloss",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="rulebook.receipt",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="training_sessions.session",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ExtraHoursEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[("demandee", "À décider"), ("accordee", "Accordée"), ("refusee", "Refusée")],
                        default="demandee",
                        max_length=50,
                        protected=True,
                        verbose_name="état",
                    ),
                ),
                ("places", models.PositiveSmallIntegerField(verbose_name="parcours à compléter")),
                ("hours_each", models.DecimalField(decimal_places=2, max_digits=7, verbose_name="heures par parcours")),
                (
                    "price",
                    models.DecimalField(decimal_places=2, max_digits=6, verbose_name="prix (€ par heure-stagiaire)"),
                ),
                ("reason", models.TextField(verbose_name="ce que l’employeur attend")),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="demandées le")),
                ("answer_reason", models.TextField(blank=True, verbose_name="motif de la décision")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidées le")),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "completes",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="orders.composante",
                    ),
                ),
                (
                    "composante",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="orders.composante",
                        verbose_name="composante engagée",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "intention",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="intentions.intention",
                        verbose_name="employeur",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="training_sessions.extrahours",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="rulebook.receipt",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="training_sessions.session",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlaceOfferEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("proposee", "Attend l’employeur"),
                            ("acceptee", "Acceptée"),
                            ("declinee", "Déclinée"),
                            ("reprise", "Reprise"),
                            ("perimee", "Restée sans réponse"),
                        ],
                        default="proposee",
                        max_length=50,
                        protected=True,
                        verbose_name="état",
                    ),
                ),
                ("posts", models.PositiveSmallIntegerField(verbose_name="postes proposés")),
                ("reasons", models.JSONField(default=list, verbose_name="pourquoi cette intention")),
                ("word", models.TextField(blank=True, max_length=1000, verbose_name="un mot à l’employeur")),
                ("offered_at", models.DateTimeField(auto_now_add=True, verbose_name="proposée le")),
                ("answer_by", models.DateField(verbose_name="réponse attendue le")),
                ("posts_taken", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="postes pris")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="réponse le")),
                ("answer_reason", models.TextField(blank=True, verbose_name="motif")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "intention",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="intentions.intention",
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="training_sessions.placeoffer",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="training_sessions.sessionrequest",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="coverage",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="coverage",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="coverage",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="coverage",
            name="coverage_post_once",
        ),
        migrations.RemoveIndex(
            model_name="sessionrequest",
            name="request_in_queue",
        ),
        migrations.AddField(
            model_name="coverage",
            name="lost_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sans employeur depuis le"),
        ),
        migrations.AddField(
            model_name="coverageevent",
            name="lost_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sans employeur depuis le"),
        ),
        migrations.AddIndex(
            model_name="sessionrequest",
            index=models.Index(
                condition=models.Q(("state__in", ["complete", "en_instruction"])),
                fields=["completed_at", "id"],
                name="request_in_queue",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coverage",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "training_sessions_coverageevent" ("created_at", "id", "is_live", "lost_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "released_at", "request_id") VALUES (NEW."created_at", NEW."id", NEW."is_live", NEW."lost_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."post_id", NEW."released_at", NEW."request_id"); RETURN NULL;',
                    hash="6e5962dc908135109b7d836a150900aff021df6e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b761b",
                    table="training_sessions_coverage",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coverage",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "training_sessions_coverageevent" ("created_at", "id", "is_live", "lost_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "released_at", "request_id") VALUES (NEW."created_at", NEW."id", NEW."is_live", NEW."lost_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."post_id", NEW."released_at", NEW."request_id"); RETURN NULL;',
                    hash="8a422b902883742381a8015dac83496d99f76046",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_89971",
                    table="training_sessions_coverage",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coverage",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "training_sessions_coverageevent" ("created_at", "id", "is_live", "lost_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "post_id", "released_at", "request_id") VALUES (OLD."created_at", OLD."id", OLD."is_live", OLD."lost_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."post_id", OLD."released_at", OLD."request_id"); RETURN NULL;',
                    hash="84d06b04dce182981d69bd00a267839a72534210",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_9ed6e",
                    table="training_sessions_coverage",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="coverage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_live", True), ("lost_at", None)),
                fields=("post",),
                name="coverage_post_once",
                violation_error_message="Ce poste est déjà rattaché à une autre demande.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coverageloss",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="dc5a41afa82f9acc8fd67f2d65d42967682d238b",
                    operation="DELETE",
                    pgid="pgtrigger_kept_698d6",
                    table="training_sessions_coverageloss",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coverageloss",
            trigger=pgtrigger.compiler.Trigger(
                name="as_it_stood",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."session_id" IS DISTINCT FROM (NEW."session_id") OR OLD."intention_id" IS DISTINCT FROM (NEW."intention_id") OR OLD."cause" IS DISTINCT FROM (NEW."cause") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."posts" IS DISTINCT FROM (NEW."posts") OR OLD."posts_left" IS DISTINCT FROM (NEW."posts_left") OR OLD."seats" IS DISTINCT FROM (NEW."seats") OR OLD."started" IS DISTINCT FROM (NEW."started") OR OLD."receipt_id" IS DISTINCT FROM (NEW."receipt_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="fe80a69f4f9609bd2a3c38c99b55f46a331ea65b",
                    operation="UPDATE",
                    pgid="pgtrigger_as_it_stood_62102",
                    table="training_sessions_coverageloss",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coverageloss",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "training_sessions_coveragelossevent" ("answer", "at", "cause", "closed_at", "closed_by_id", "id", "intention_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posts", "posts_left", "reason", "receipt_id", "seats", "session_id", "started") VALUES (NEW."answer", NEW."at", NEW."cause", NEW."closed_at", NEW."closed_by_id", NEW."id", NEW."intention_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."posts", NEW."posts_left", NEW."reason", NEW."receipt_id", NEW."seats", NEW."session_id", NEW."started"); RETURN NULL;',
                    hash="82b6244d7089d3a4583377a5b2f281e30eb2fadc",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_660cb",
                    table="training_sessions_coverageloss",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coverageloss",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "training_sessions_coveragelossevent" ("answer", "at", "cause", "closed_at", "closed_by_id", "id", "intention_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posts", "posts_left", "reason", "receipt_id", "seats", "session_id", "started") VALUES (NEW."answer", NEW."at", NEW."cause", NEW."closed_at", NEW."closed_by_id", NEW."id", NEW."intention_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."posts", NEW."posts_left", NEW."reason", NEW."receipt_id", NEW."seats", NEW."session_id", NEW."started"); RETURN NULL;',
                    hash="99a5d7b9ef15a299658e117a7c3f0806ecc55181",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1f462",
                    table="training_sessions_coverageloss",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="coverageloss",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "training_sessions_coveragelossevent" ("answer", "at", "cause", "closed_at", "closed_by_id", "id", "intention_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posts", "posts_left", "reason", "receipt_id", "seats", "session_id", "started") VALUES (OLD."answer", OLD."at", OLD."cause", OLD."closed_at", OLD."closed_by_id", OLD."id", OLD."intention_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."posts", OLD."posts_left", OLD."reason", OLD."receipt_id", OLD."seats", OLD."session_id", OLD."started"); RETURN NULL;',
                    hash="d6b9b27e976bf63626ae3aa76521cbaffe86f254",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_de599",
                    table="training_sessions_coverageloss",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extrahours",
            trigger=pgtrigger.compiler.Trigger(
                name="state_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{demandee:accordee,demandee:refusee}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="6c1b0fdfb2160d0265675a69bc50181c80c1bfc7",
                    operation="UPDATE",
                    pgid="pgtrigger_state_moves_7ff4d",
                    table="training_sessions_extrahours",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extrahours",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="51f2eb0f39c0976130f3f025342aa15d67279701",
                    operation="DELETE",
                    pgid="pgtrigger_kept_3b7a5",
                    table="training_sessions_extrahours",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extrahours",
            trigger=pgtrigger.compiler.Trigger(
                name="asked_as_said",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."session_id" IS DISTINCT FROM (NEW."session_id") OR OLD."intention_id" IS DISTINCT FROM (NEW."intention_id") OR OLD."completes_id" IS DISTINCT FROM (NEW."completes_id") OR OLD."places" IS DISTINCT FROM (NEW."places") OR OLD."hours_each" IS DISTINCT FROM (NEW."hours_each") OR OLD."price" IS DISTINCT FROM (NEW."price") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f696edb1e7e6ae7adfe3a8fdfb5cf08422262c93",
                    operation="UPDATE",
                    pgid="pgtrigger_asked_as_said_445fd",
                    table="training_sessions_extrahours",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extrahours",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "training_sessions_extrahoursevent" ("answer_reason", "asked_at", "asked_by_id", "completes_id", "composante_id", "decided_at", "decided_by_id", "hours_each", "id", "intention_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "price", "reason", "receipt_id", "session_id", "state") VALUES (NEW."answer_reason", NEW."asked_at", NEW."asked_by_id", NEW."completes_id", NEW."composante_id", NEW."decided_at", NEW."decided_by_id", NEW."hours_each", NEW."id", NEW."intention_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."places", NEW."price", NEW."reason", NEW."receipt_id", NEW."session_id", NEW."state"); RETURN NULL;',
                    hash="ca85b3e65e4cb45b91bd60dacfdd3bde8673f2c9",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2c00e",
                    table="training_sessions_extrahours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extrahours",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "training_sessions_extrahoursevent" ("answer_reason", "asked_at", "asked_by_id", "completes_id", "composante_id", "decided_at", "decided_by_id", "hours_each", "id", "intention_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "price", "reason", "receipt_id", "session_id", "state") VALUES (NEW."answer_reason", NEW."asked_at", NEW."asked_by_id", NEW."completes_id", NEW."composante_id", NEW."decided_at", NEW."decided_by_id", NEW."hours_each", NEW."id", NEW."intention_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."places", NEW."price", NEW."reason", NEW."receipt_id", NEW."session_id", NEW."state"); RETURN NULL;',
                    hash="54a9fb7f84c6fbab2000b4a9a6bf7ba50130e782",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4dbeb",
                    table="training_sessions_extrahours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="extrahours",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "training_sessions_extrahoursevent" ("answer_reason", "asked_at", "asked_by_id", "completes_id", "composante_id", "decided_at", "decided_by_id", "hours_each", "id", "intention_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "places", "price", "reason", "receipt_id", "session_id", "state") VALUES (OLD."answer_reason", OLD."asked_at", OLD."asked_by_id", OLD."completes_id", OLD."composante_id", OLD."decided_at", OLD."decided_by_id", OLD."hours_each", OLD."id", OLD."intention_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."places", OLD."price", OLD."reason", OLD."receipt_id", OLD."session_id", OLD."state"); RETURN NULL;',
                    hash="aabea4c6ed65b9175b00d4c13349b28460513c7b",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_3db6d",
                    table="training_sessions_extrahours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placeoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="state_moves",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE _is_valid_transition BOOLEAN;",
                    func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposee:acceptee,proposee:declinee,proposee:perimee,proposee:reprise}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;',
                    hash="67b8ab94c38b3f56dced67fe427f6d0e81670c88",
                    operation="UPDATE",
                    pgid="pgtrigger_state_moves_247f7",
                    table="training_sessions_placeoffer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placeoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4e1ba537f42cbc49b12f1e7a69733a660a41727d",
                    operation="DELETE",
                    pgid="pgtrigger_kept_0144c",
                    table="training_sessions_placeoffer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placeoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="offered_as_said",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."request_id" IS DISTINCT FROM (NEW."request_id") OR OLD."intention_id" IS DISTINCT FROM (NEW."intention_id") OR OLD."posts" IS DISTINCT FROM (NEW."posts") OR OLD."reasons" IS DISTINCT FROM (NEW."reasons") OR OLD."word" IS DISTINCT FROM (NEW."word"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="27e1ff230b5723a8f3e8fed07422f6239f3b2e1f",
                    operation="UPDATE",
                    pgid="pgtrigger_offered_as_said_3d71e",
                    table="training_sessions_placeoffer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placeoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "training_sessions_placeofferevent" ("answer_by", "answer_reason", "answered_at", "answered_by_id", "id", "intention_id", "offered_at", "offered_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posts", "posts_taken", "reasons", "request_id", "state", "word") VALUES (NEW."answer_by", NEW."answer_reason", NEW."answered_at", NEW."answered_by_id", NEW."id", NEW."intention_id", NEW."offered_at", NEW."offered_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."posts", NEW."posts_taken", NEW."reasons", NEW."request_id", NEW."state", NEW."word"); RETURN NULL;',
                    hash="fdcb3c51f0172ef16c2188949cd2f0b3b04c9669",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_5fee8",
                    table="training_sessions_placeoffer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placeoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "training_sessions_placeofferevent" ("answer_by", "answer_reason", "answered_at", "answered_by_id", "id", "intention_id", "offered_at", "offered_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posts", "posts_taken", "reasons", "request_id", "state", "word") VALUES (NEW."answer_by", NEW."answer_reason", NEW."answered_at", NEW."answered_by_id", NEW."id", NEW."intention_id", NEW."offered_at", NEW."offered_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."posts", NEW."posts_taken", NEW."reasons", NEW."request_id", NEW."state", NEW."word"); RETURN NULL;',
                    hash="4930cf8da865d35461135b9c65a36b8872845cf4",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_f69c0",
                    table="training_sessions_placeoffer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="placeoffer",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "training_sessions_placeofferevent" ("answer_by", "answer_reason", "answered_at", "answered_by_id", "id", "intention_id", "offered_at", "offered_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "posts", "posts_taken", "reasons", "request_id", "state", "word") VALUES (OLD."answer_by", OLD."answer_reason", OLD."answered_at", OLD."answered_by_id", OLD."id", OLD."intention_id", OLD."offered_at", OLD."offered_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."posts", OLD."posts_taken", OLD."reasons", OLD."request_id", OLD."state", OLD."word"); RETURN NULL;',
                    hash="94c9af5d633d278adacc77b740c0962e9006e79e",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_93b00",
                    table="training_sessions_placeoffer",
                    when="AFTER",
                ),
            ),
        ),
        ]),
    ]
