import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.schema import Together


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('invoices', '0003_deposits_on_chorus_pro'),
        ('orders', '0008_market_rows_looked_at'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        Together([
            migrations.CreateModel(
                name='InvoiceSheet',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=50, verbose_name='nom du fichier')),
                    ('content', models.JSONField(verbose_name='contenu')),
                    ('pdf', models.BinaryField(blank=True, null=True, verbose_name='fichier')),
                    ('sha256', models.CharField(blank=True, max_length=64, verbose_name='empreinte')),
                    ('size', models.PositiveIntegerField(blank=True, null=True, verbose_name='taille (octets)')),
                ],
                options={
                    'verbose_name': 'pièce justificative',
                    'verbose_name_plural': 'pièces justificatives',
                    'ordering': ['invoice', 'name'],
                },
            ),
            migrations.CreateModel(
                name='InvoiceSheetEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('name', models.CharField(max_length=50, verbose_name='nom du fichier')),
                    ('content', models.JSONField(verbose_name='contenu')),
                    ('sha256', models.CharField(blank=True, max_length=64, verbose_name='empreinte')),
                    ('size', models.PositiveIntegerField(blank=True, null=True, verbose_name='taille (octets)')),
                ],
                options={
                    'abstract': False,
                },
            ),
            migrations.CreateModel(
                name='Suspension',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('reason', models.TextField(verbose_name='ce qui manque')),
                    ('suspended_on', models.DateField(verbose_name='suspendu le')),
                    ('resumed_on', models.DateField(blank=True, null=True, verbose_name='repris le')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'verbose_name': 'suspension du délai de paiement',
                    'verbose_name_plural': 'suspensions du délai de paiement',
                },
            ),
            migrations.CreateModel(
                name='SuspensionEvent',
                fields=[
                    ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                    ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                    ('pgh_label', models.TextField(help_text='The event label.')),
                    ('id', models.BigIntegerField()),
                    ('reason', models.TextField(verbose_name='ce qui manque')),
                    ('suspended_on', models.DateField(verbose_name='suspendu le')),
                    ('resumed_on', models.DateField(blank=True, null=True, verbose_name='repris le')),
                    ('created_at', models.DateTimeField(auto_now_add=True)),
                ],
                options={
                    'abstract': False,
                },
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='invoice',
                name='insert_insert',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='invoice',
                name='update_update',
            ),
            pgtrigger.migrations.RemoveTrigger(
                model_name='invoice',
                name='delete_delete',
            ),
            migrations.AddField(
                model_name='invoice',
                name='pay_by',
                field=models.DateField(blank=True, null=True, verbose_name='à payer avant'),
            ),
            migrations.AddField(
                model_name='invoiceevent',
                name='pay_by',
                field=models.DateField(blank=True, null=True, verbose_name='à payer avant'),
            ),
            migrations.AddIndex(
                model_name='invoice',
                index=models.Index(condition=models.Q(('pay_by__isnull', False)), fields=['pay_by'], name='invoice_pay_by'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='invoice',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_invoiceevent" ("content", "correction_reason", "corrects_id", "created_at", "due_on", "id", "issued_by_id", "issued_on", "issuer_id", "kind", "month", "net", "number", "order_id", "pay_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rank", "sha256", "state", "status", "status_at", "table_id", "tax", "total") VALUES (NEW."content", NEW."correction_reason", NEW."corrects_id", NEW."created_at", NEW."due_on", NEW."id", NEW."issued_by_id", NEW."issued_on", NEW."issuer_id", NEW."kind", NEW."month", NEW."net", NEW."number", NEW."order_id", NEW."pay_by", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rank", NEW."sha256", NEW."state", NEW."status", NEW."status_at", NEW."table_id", NEW."tax", NEW."total"); RETURN NULL;', hash='38410a643cf83686dd011840c76b727f7eba6ccc', operation='INSERT', pgid='pgtrigger_insert_insert_b68e1', table='invoices_invoice', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='invoice',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."content" IS DISTINCT FROM (NEW."content") OR OLD."correction_reason" IS DISTINCT FROM (NEW."correction_reason") OR OLD."corrects_id" IS DISTINCT FROM (NEW."corrects_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."issued_by_id" IS DISTINCT FROM (NEW."issued_by_id") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."issuer_id" IS DISTINCT FROM (NEW."issuer_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."month" IS DISTINCT FROM (NEW."month") OR OLD."net" IS DISTINCT FROM (NEW."net") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."order_id" IS DISTINCT FROM (NEW."order_id") OR OLD."pay_by" IS DISTINCT FROM (NEW."pay_by") OR OLD."rank" IS DISTINCT FROM (NEW."rank") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."status_at" IS DISTINCT FROM (NEW."status_at") OR OLD."table_id" IS DISTINCT FROM (NEW."table_id") OR OLD."tax" IS DISTINCT FROM (NEW."tax") OR OLD."total" IS DISTINCT FROM (NEW."total"))', func='INSERT INTO "invoices_invoiceevent" ("content", "correction_reason", "corrects_id", "created_at", "due_on", "id", "issued_by_id", "issued_on", "issuer_id", "kind", "month", "net", "number", "order_id", "pay_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rank", "sha256", "state", "status", "status_at", "table_id", "tax", "total") VALUES (NEW."content", NEW."correction_reason", NEW."corrects_id", NEW."created_at", NEW."due_on", NEW."id", NEW."issued_by_id", NEW."issued_on", NEW."issuer_id", NEW."kind", NEW."month", NEW."net", NEW."number", NEW."order_id", NEW."pay_by", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rank", NEW."sha256", NEW."state", NEW."status", NEW."status_at", NEW."table_id", NEW."tax", NEW."total"); RETURN NULL;', hash='f0c9aa15c989b8c08af99d7cdaa00299775e2a54', operation='UPDATE', pgid='pgtrigger_update_update_2ec8f', table='invoices_invoice', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='invoice',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_invoiceevent" ("content", "correction_reason", "corrects_id", "created_at", "due_on", "id", "issued_by_id", "issued_on", "issuer_id", "kind", "month", "net", "number", "order_id", "pay_by", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rank", "sha256", "state", "status", "status_at", "table_id", "tax", "total") VALUES (OLD."content", OLD."correction_reason", OLD."corrects_id", OLD."created_at", OLD."due_on", OLD."id", OLD."issued_by_id", OLD."issued_on", OLD."issuer_id", OLD."kind", OLD."month", OLD."net", OLD."number", OLD."order_id", OLD."pay_by", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rank", OLD."sha256", OLD."state", OLD."status", OLD."status_at", OLD."table_id", OLD."tax", OLD."total"); RETURN NULL;', hash='6e8b2b4aea28e4cb8695e53f7edda64b7e8b3f80', operation='DELETE', pgid='pgtrigger_delete_delete_87c50', table='invoices_invoice', when='AFTER')),
            ),
            migrations.AddField(
                model_name='invoicesheet',
                name='invoice',
                field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheets', to='invoices.invoice'),
            ),
            migrations.AddField(
                model_name='invoicesheetevent',
                name='invoice',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='invoices.invoice'),
            ),
            migrations.AddField(
                model_name='invoicesheetevent',
                name='pgh_context',
                field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
            ),
            migrations.AddField(
                model_name='invoicesheetevent',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='invoices.invoicesheet'),
            ),
            migrations.AddField(
                model_name='suspension',
                name='invoice',
                field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='suspension', to='invoices.invoice'),
            ),
            migrations.AddField(
                model_name='suspension',
                name='resumed_by',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership'),
            ),
            migrations.AddField(
                model_name='suspension',
                name='suspended_by',
                field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership'),
            ),
            migrations.AddField(
                model_name='suspensionevent',
                name='invoice',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='invoices.invoice'),
            ),
            migrations.AddField(
                model_name='suspensionevent',
                name='pgh_context',
                field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
            ),
            migrations.AddField(
                model_name='suspensionevent',
                name='pgh_obj',
                field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='invoices.suspension'),
            ),
            migrations.AddField(
                model_name='suspensionevent',
                name='resumed_by',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership'),
            ),
            migrations.AddField(
                model_name='suspensionevent',
                name='suspended_by',
                field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership'),
            ),
            migrations.AddConstraint(
                model_name='invoicesheet',
                constraint=models.UniqueConstraint(fields=('invoice', 'name'), name='invoice_sheet_once'),
            ),
            migrations.AddConstraint(
                model_name='invoicesheet',
                constraint=models.CheckConstraint(condition=models.Q(models.Q(('pdf', None), ('sha256', ''), ('size', None)), models.Q(('pdf__isnull', False), ('size__lt', 10000000), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='invoice_sheet_sealed', violation_error_message='Une pièce jointe pèse moins de 10 Mo.'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='invoicesheet',
                trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='1b531ee5713d79e2293964e25764e8664e6b5739', operation='DELETE', pgid='pgtrigger_kept_19a5e', table='invoices_invoicesheet', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='invoicesheet',
                trigger=pgtrigger.compiler.Trigger(name='frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF NEW.invoice_id IS DISTINCT FROM OLD.invoice_id OR NEW.name IS DISTINCT FROM OLD.name\n        OR NEW.content IS DISTINCT FROM OLD.content\n        OR (OLD.pdf IS NOT NULL AND NEW.pdf IS DISTINCT FROM OLD.pdf)\n        OR (OLD.sha256 <> '' AND NEW.sha256 IS DISTINCT FROM OLD.sha256)\n    THEN\n        RAISE EXCEPTION 'a sheet of an issued invoice never changes' USING ERRCODE = 'check_violation';\n    END IF;\n    RETURN NEW;\n", hash='c0bd68b6855ca9b278b8bd559de67e6607563f23', operation='UPDATE', pgid='pgtrigger_frozen_75c16', table='invoices_invoicesheet', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='invoicesheet',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_invoicesheetevent" ("content", "id", "invoice_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size") VALUES (NEW."content", NEW."id", NEW."invoice_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sha256", NEW."size"); RETURN NULL;', hash='2bf6ae8c56aa0229f55f926d499d7a21c322809e', operation='INSERT', pgid='pgtrigger_insert_insert_245ee', table='invoices_invoicesheet', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='invoicesheet',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."content" IS DISTINCT FROM (NEW."content") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."invoice_id" IS DISTINCT FROM (NEW."invoice_id") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size"))', func='INSERT INTO "invoices_invoicesheetevent" ("content", "id", "invoice_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size") VALUES (NEW."content", NEW."id", NEW."invoice_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sha256", NEW."size"); RETURN NULL;', hash='9409241e21f248a5fc76e6a22dd0142c5e2611a8', operation='UPDATE', pgid='pgtrigger_update_update_03759', table='invoices_invoicesheet', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='invoicesheet',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_invoicesheetevent" ("content", "id", "invoice_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256", "size") VALUES (OLD."content", OLD."id", OLD."invoice_id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sha256", OLD."size"); RETURN NULL;', hash='37bbe1c728452a18dcae66bedac7ef78855c95b0', operation='DELETE', pgid='pgtrigger_delete_delete_4c6a4', table='invoices_invoicesheet', when='AFTER')),
            ),
            migrations.AddConstraint(
                model_name='suspension',
                constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='suspension_reason', violation_error_message='Une suspension dit ce qui manque.'),
            ),
            migrations.AddConstraint(
                model_name='suspension',
                constraint=models.CheckConstraint(condition=models.Q(('resumed_on', None), ('resumed_on__gte', models.F('suspended_on')), _connector='OR'), name='suspension_days_ordered', violation_error_message='Le délai reprend après sa suspension.'),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='suspension',
                trigger=pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='ed86cd304013d8002d6bbc9f57c85c040b1007f6', operation='DELETE', pgid='pgtrigger_kept_cbe37', table='invoices_suspension', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='suspension',
                trigger=pgtrigger.compiler.Trigger(name='as_said', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."invoice_id" IS DISTINCT FROM (NEW."invoice_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."suspended_on" IS DISTINCT FROM (NEW."suspended_on") OR OLD."suspended_by_id" IS DISTINCT FROM (NEW."suspended_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='105933364c76f89ff098218360293b565e34a9d7', operation='UPDATE', pgid='pgtrigger_as_said_c3f36', table='invoices_suspension', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='suspension',
                trigger=pgtrigger.compiler.Trigger(name='ended_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF OLD.resumed_on IS NOT NULL THEN\n        RAISE EXCEPTION 'the interruption % is over', OLD.id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'suspension_over';\n    END IF;\n    RETURN NEW;\n", hash='a9505abf2feef0debe4875c73837c0332fa6de63', operation='UPDATE', pgid='pgtrigger_ended_once_bf4a3', table='invoices_suspension', when='BEFORE')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='suspension',
                trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_suspensionevent" ("created_at", "id", "invoice_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "resumed_by_id", "resumed_on", "suspended_by_id", "suspended_on") VALUES (NEW."created_at", NEW."id", NEW."invoice_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."resumed_by_id", NEW."resumed_on", NEW."suspended_by_id", NEW."suspended_on"); RETURN NULL;', hash='09035d580e59cf73653444094e5cce9e2f4e94ca', operation='INSERT', pgid='pgtrigger_insert_insert_5d0b3', table='invoices_suspension', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='suspension',
                trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "invoices_suspensionevent" ("created_at", "id", "invoice_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "resumed_by_id", "resumed_on", "suspended_by_id", "suspended_on") VALUES (NEW."created_at", NEW."id", NEW."invoice_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."resumed_by_id", NEW."resumed_on", NEW."suspended_by_id", NEW."suspended_on"); RETURN NULL;', hash='99265d5d412a28c6f4ebf5ae48dcf9bcece25727', operation='UPDATE', pgid='pgtrigger_update_update_2b467', table='invoices_suspension', when='AFTER')),
            ),
            pgtrigger.migrations.AddTrigger(
                model_name='suspension',
                trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_suspensionevent" ("created_at", "id", "invoice_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "resumed_by_id", "resumed_on", "suspended_by_id", "suspended_on") VALUES (OLD."created_at", OLD."id", OLD."invoice_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."resumed_by_id", OLD."resumed_on", OLD."suspended_by_id", OLD."suspended_on"); RETURN NULL;', hash='753d0c0d4c8bfc0f7d86d6e848d7ff5d055fd2af', operation='DELETE', pgid='pgtrigger_delete_delete_c0b51', table='invoices_suspension', when='AFTER')),
            ),
        ]),
    ]
