import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('invoices', '0004_payment_clock_and_sheets'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='billingprofile',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='billingprofile',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='billingprofile',
            name='delete_delete',
        ),
        migrations.RemoveField(
            model_name='billingprofile',
            name='chorus_login',
        ),
        migrations.RemoveField(
            model_name='billingprofileevent',
            name='chorus_login',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billingprofile',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_billingprofileevent" ("bic", "iban", "id", "mandated", "organisme_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "updated_at", "updated_by_id", "vat_attestation", "vat_number", "vat_rate", "vat_status") VALUES (NEW."bic", NEW."iban", NEW."id", NEW."mandated", NEW."organisme_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."prefix", NEW."updated_at", NEW."updated_by_id", NEW."vat_attestation", NEW."vat_number", NEW."vat_rate", NEW."vat_status"); RETURN NULL;', hash='e8d2662516e050e5163241a0bb575e714f070c88', operation='INSERT', pgid='pgtrigger_insert_insert_df493', table='invoices_billingprofile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billingprofile',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "invoices_billingprofileevent" ("bic", "iban", "id", "mandated", "organisme_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "updated_at", "updated_by_id", "vat_attestation", "vat_number", "vat_rate", "vat_status") VALUES (NEW."bic", NEW."iban", NEW."id", NEW."mandated", NEW."organisme_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."prefix", NEW."updated_at", NEW."updated_by_id", NEW."vat_attestation", NEW."vat_number", NEW."vat_rate", NEW."vat_status"); RETURN NULL;', hash='fb925416b849155ae7eb66612131322a4e2e4c86', operation='UPDATE', pgid='pgtrigger_update_update_d6209', table='invoices_billingprofile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='billingprofile',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "invoices_billingprofileevent" ("bic", "iban", "id", "mandated", "organisme_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "prefix", "updated_at", "updated_by_id", "vat_attestation", "vat_number", "vat_rate", "vat_status") VALUES (OLD."bic", OLD."iban", OLD."id", OLD."mandated", OLD."organisme_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."prefix", OLD."updated_at", OLD."updated_by_id", OLD."vat_attestation", OLD."vat_number", OLD."vat_rate", OLD."vat_status"); RETURN NULL;', hash='21c55d96a27f432ac5579fe257ae8a8ae1de48a4', operation='DELETE', pgid='pgtrigger_delete_delete_a9cf1', table='invoices_billingprofile', when='AFTER')),
        ),
    ]
