import django_fsm
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.schema import Together


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('invoices', '0002_month_batch'),
    ]

    operations = [
        Together([
            migrations.CreateModel(
                name='ChorusCall',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(auto_now_add=True, verbose_name='le')),
                    ('act', models.CharField(choices=[('depot', 'Dépôt'), ('compte_rendu', 'Compte rendu d’un dépôt'), ('recherche', 'Recherche d’une facture'), ('historique', 'Statuts d’une facture')], max_length=20, verbose_name='demande')),
                    ('outcome', models.CharField(choices=[('fait', 'Répondu'), ('refuse', 'Refusé'), ('a_reessayer', 'À réessayer'), ('perdue', 'Réponse perdue')], max_length=12, verbose_name='issue')),
                    ('words', models.CharField(blank=True, max_length=300, verbose_name='réponse')),
                    ('milliseconds', models.PositiveIntegerField(verbose_name='durée (ms)')),
                ],
                options={
                    'verbose_name': 'appel à Chorus Pro',
                    'verbose_name_plural': 'appels à Chorus Pro',
                    'ordering': ['-at', '-id'],
                },
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='deposit',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='deposit',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='deposit',
                name='delete_delete',
            ),
            migrations.RemoveConstraint(
                model_name='deposit',
                name='deposit_has_flow',
            ),
            migrations.AddField(
                model_name='deposit',
                name='chorus_id',
                field=models.BigIntegerField(blank=True, null=True, verbose_name='identifiant Chorus Pro'),
            ),
            migrations.AddField(
                model_name='deposit',
                name='file_name',
                field=models.CharField(blank=True, max_length=50, verbose_name='nom du fichier'),
            ),
            migrations.AddField(
                model_name='deposit',
                name='looks',
                field=models.PositiveSmallIntegerField(default=0),
            ),
            migrations.AddField(
                model_name='deposit',
                name='next_at',
                field=models.DateTimeField(blank=True, null=True, verbose_name='reprise le'),
            ),
            migrations.AddField(
                model_name='deposit',
                name='round',
                field=models.PositiveSmallIntegerField(default=1, verbose_name='dépôt n°'),
            ),
            migrations.AddField(
                model_name='depositevent',
                name='chorus_id',
                field=models.BigIntegerField(blank=True, null=True, verbose_name='identifiant Chorus Pro'),
            ),
            migrations.AddField(
                model_name='depositevent',
                name='file_name',
                field=models.CharField(blank=True, max_length=50, verbose_name='nom du fichier'),
            ),
            migrations.AddField(
                model_name='depositevent',
                name='looks',
                field=models.PositiveSmallIntegerField(default=0),
            ),
            migrations.AddField(
                model_name='depositevent',
                name='next_at',
                field=models.DateTimeField(blank=True, null=True, verbose_name='reprise le'),
            ),
            migrations.AddField(
                model_name='depositevent',
                name='round',
                field=models.PositiveSmallIntegerField(default=1, verbose_name='dépôt n°'),
            ),
            migrations.AlterField(
                model_name='deposit',
                name='state',
                field=django_fsm.FSMField(choices=[('a_deposer', 'Dépôt demandé'), ('en_cours', 'Dépôt en cours'), ('incertain', 'Réponse perdue, à vérifier'), ('depose', 'Déposée par le portail'), ('refuse', 'Refusée au dépôt'), ('a_la_main', 'Déposée à la main')], default='a_deposer', max_length=50, protected=True, verbose_name='état'),
            ),
            migrations.AlterField(
                model_name='depositevent',
                name='state',
                field=django_fsm.FSMField(choices=[('a_deposer', 'Dépôt demandé'), ('en_cours', 'Dépôt en cours'), ('incertain', 'Réponse perdue, à vérifier'), ('depose', 'Déposée par le portail'), ('refuse', 'Refusée au dépôt'), ('a_la_main', 'Déposée à la main')], default='a_deposer', max_length=50, protected=True, verbose_name='état'),
            ),
            migrations.AddIndex(
                model_name='deposit',
                index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='deposit_due'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='deposit',
                trigger=pgtrigger.compiler.Trigger(name='state_moves', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{a_deposer:a_la_main,a_deposer:depose,a_deposer:en_cours,a_deposer:refuse,depose:a_la_main,depose:refuse,en_cours:a_deposer,en_cours:depose,en_cours:incertain,en_cours:refuse,incertain:a_deposer,incertain:a_la_main,incertain:depose,refuse:a_deposer,refuse:a_la_main}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='10dbaac417123461250d8aae100ef5e5d901ef01', operation='UPDATE', pgid='pgtrigger_state_moves_6e206', table='invoices_deposit', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='deposit',
                trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='534fb040f4a6b73353b3c5c50765220f3f79eaa0', operation='DELETE', pgid='pgtrigger_kept_5f368', table='invoices_deposit', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='deposit',
                trigger=pgtrigger.compiler.Trigger(name='one_flow', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF OLD.flow <> '' AND NEW.flow <> OLD.flow AND NEW.round = OLD.round THEN\n        RAISE EXCEPTION 'the deposit % has its flow already', OLD.id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'deposit_one_flow';\n    END IF;\n    RETURN NEW;\n", hash='282bc54f90d7f1b0419e9344523b0786634d5cf1', operation='UPDATE', pgid='pgtrigger_one_flow_5499f', table='invoices_deposit', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='deposit',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_depositevent" ("answer", "asked_by_id", "attempts", "chorus_id", "deposited_at", "file_name", "flow", "id", "invoice_id", "last_attempt_at", "looks", "next_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round", "state") VALUES (NEW."answer", NEW."asked_by_id", NEW."attempts", NEW."chorus_id", NEW."deposited_at", NEW."file_name", NEW."flow", NEW."id", NEW."invoice_id", NEW."last_attempt_at", NEW."looks", NEW."next_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."round", NEW."state"); RETURN NULL;', hash='3b5121133ccbda19773b6c8ca1de5a6bb54deb82', operation='INSERT', pgid='pgtrigger_insert_insert_478a1', table='invoices_deposit', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='deposit',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "invoices_depositevent" ("answer", "asked_by_id", "attempts", "chorus_id", "deposited_at", "file_name", "flow", "id", "invoice_id", "last_attempt_at", "looks", "next_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round", "state") VALUES (NEW."answer", NEW."asked_by_id", NEW."attempts", NEW."chorus_id", NEW."deposited_at", NEW."file_name", NEW."flow", NEW."id", NEW."invoice_id", NEW."last_attempt_at", NEW."looks", NEW."next_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."round", NEW."state"); RETURN NULL;', hash='fda032d01a97c3115b8456797156bb6a282ddf5e', operation='UPDATE', pgid='pgtrigger_update_update_73145', table='invoices_deposit', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='deposit',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_depositevent" ("answer", "asked_by_id", "attempts", "chorus_id", "deposited_at", "file_name", "flow", "id", "invoice_id", "last_attempt_at", "looks", "next_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round", "state") VALUES (OLD."answer", OLD."asked_by_id", OLD."attempts", OLD."chorus_id", OLD."deposited_at", OLD."file_name", OLD."flow", OLD."id", OLD."invoice_id", OLD."last_attempt_at", OLD."looks", OLD."next_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."round", OLD."state"); RETURN NULL;', hash='551a3d0a72cc48fe4ba62b9e4b282b55674c8156', operation='DELETE', pgid='pgtrigger_delete_delete_6a251', table='invoices_deposit', when='AFTER')),
            ),
            migrations.AddConstraint(
                model_name='deposit',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'depose'), _negated=True), models.Q(('flow', ''), _negated=True), ('chorus_id__isnull', False), _connector='OR'), name='deposit_has_flow'),
            ),
            migrations.AddConstraint(
                model_name='deposit',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['en_cours', 'incertain']), _negated=True), models.Q(models.Q(('file_name', ''), _negated=True), ('last_attempt_at__isnull', False), ('next_at__isnull', False)), _connector='OR'), name='deposit_attempted'),
            ),
            migrations.AddConstraint(
                model_name='deposit',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['refuse', 'a_la_main']), _negated=True), ('next_at', None), _connector='OR'), name='deposit_at_rest'),
            ),
            migrations.AddConstraint(
                model_name='deposit',
                constraint=models.UniqueConstraint(condition=models.Q(('flow', ''), _negated=True), fields=('flow',), name='deposit_flow_once'),
            ),
            migrations.AddConstraint(
                model_name='deposit',
                constraint=models.UniqueConstraint(condition=models.Q(('file_name', ''), _negated=True), fields=('file_name',), name='deposit_file_once'),
            ),
            migrations.AddConstraint(
                model_name='deposit',
                constraint=models.UniqueConstraint(fields=('chorus_id',), name='deposit_chorus_id_once'),
            ),
            migrations.AddIndex(
                model_name='choruscall',
                index=models.Index(fields=['-at', '-id'], name='chorus_call_last'),
            ),
        ]),
    ]
