import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from core.schema import Together


class Migration(migrations.Migration):
    """The terms of a lot stand on its periods: they leave the lot."""

    dependencies = [
        ('orders', '0003_terms_into_periods'),
    ]

    operations = [
        Together([
        pgtrigger.migrations.RemoveTrigger(
            model_name='lot',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='lot',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='lot',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='lot',
            name='lot_mini_maxi_ordered',
        ),
        migrations.RemoveField(
            model_name='lot',
            name='maxi_hours',
        ),
        migrations.RemoveField(
            model_name='lot',
            name='mini_hours',
        ),
        migrations.RemoveField(
            model_name='lotevent',
            name='maxi_hours',
        ),
        migrations.RemoveField(
            model_name='lotevent',
            name='mini_hours',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "orders_lotevent" ("coordinateur", "filiere_id", "gestionnaire_id", "id", "is_active", "marche_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (NEW."coordinateur", NEW."filiere_id", NEW."gestionnaire_id", NEW."id", NEW."is_active", NEW."marche_id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title"); RETURN NULL;', hash='d150f8cd79cc13d9a34a4f60bd6cf7c8da4bb603', operation='INSERT', pgid='pgtrigger_insert_insert_ae801', table='orders_lot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "orders_lotevent" ("coordinateur", "filiere_id", "gestionnaire_id", "id", "is_active", "marche_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (NEW."coordinateur", NEW."filiere_id", NEW."gestionnaire_id", NEW."id", NEW."is_active", NEW."marche_id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title"); RETURN NULL;', hash='b91da9439fd48c1d7661a9a127106cc31dd2add6', operation='UPDATE', pgid='pgtrigger_update_update_30ba7', table='orders_lot', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lot',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "orders_lotevent" ("coordinateur", "filiere_id", "gestionnaire_id", "id", "is_active", "marche_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (OLD."coordinateur", OLD."filiere_id", OLD."gestionnaire_id", OLD."id", OLD."is_active", OLD."marche_id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."title"); RETURN NULL;', hash='83d25fc01b0f0cc646da050a8a40b4a4364263d5', operation='DELETE', pgid='pgtrigger_delete_delete_8de8c', table='orders_lot', when='AFTER')),
        ),
        ]),
    ]
