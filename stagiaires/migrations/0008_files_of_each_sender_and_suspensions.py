"""A file belongs to who gives it to the partner; half-days left aside by a suspension are told from the others."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.schema import Together


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('stagiaires', '0007_retention'),
    ]

    operations = [
        Together([
        pgtrigger.migrations.RemoveTrigger(
            model_name='exchangefile',
            name='sealed',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='exemption',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='exemption',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='exemption',
            name='delete_delete',
        ),
        migrations.RemoveConstraint(
            model_name='exchangefile',
            name='exchange_file_version',
        ),
        migrations.AddField(
            model_name='exchangefile',
            name='organisme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='exchangefile',
            name='sender',
            field=models.CharField(choices=[('region', 'La Région'), ('organisme', 'L’organisme de formation'), ('france_travail', 'France Travail')], default='region', max_length=16, verbose_name='transmis par'),
        ),
        migrations.AddField(
            model_name='exemption',
            name='suspended',
            field=models.BooleanField(default=False, verbose_name='pendant une suspension'),
        ),
        migrations.AddField(
            model_name='exemptionevent',
            name='suspended',
            field=models.BooleanField(default=False, verbose_name='pendant une suspension'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exchangefile',
            trigger=pgtrigger.compiler.Trigger(name='sealed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."partner" IS DISTINCT FROM (NEW."partner") OR OLD."subject" IS DISTINCT FROM (NEW."subject") OR OLD."sender" IS DISTINCT FROM (NEW."sender") OR OLD."organisme_id" IS DISTINCT FROM (NEW."organisme_id") OR OLD."month" IS DISTINCT FROM (NEW."month") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."rows" IS DISTINCT FROM (NEW."rows"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='85103a44db89b27f20052c9a148fc74a81e221b9', operation='UPDATE', pgid='pgtrigger_sealed_4410d', table='stagiaires_exchangefile', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exemption',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stagiaires_exemptionevent" ("half_day_id", "id", "parcours_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "suspended") VALUES (NEW."half_day_id", NEW."id", NEW."parcours_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."suspended"); RETURN NULL;', hash='02a1bb2b4c42b782172e12a9a3dad711e76e9004', operation='INSERT', pgid='pgtrigger_insert_insert_fe2d8', table='stagiaires_exemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exemption',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stagiaires_exemptionevent" ("half_day_id", "id", "parcours_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "suspended") VALUES (NEW."half_day_id", NEW."id", NEW."parcours_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."suspended"); RETURN NULL;', hash='ec8f8f05ab7768399653b5c659ea7982f877d961', operation='UPDATE', pgid='pgtrigger_update_update_c6164', table='stagiaires_exemption', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='exemption',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stagiaires_exemptionevent" ("half_day_id", "id", "parcours_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "suspended") VALUES (OLD."half_day_id", OLD."id", OLD."parcours_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."suspended"); RETURN NULL;', hash='0a190cedaa4e1332bd8496c897b9e531ba394eec', operation='DELETE', pgid='pgtrigger_delete_delete_5deac', table='stagiaires_exemption', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='exchangefile',
            constraint=models.UniqueConstraint(fields=('partner', 'subject', 'sender', 'organisme', 'month', 'version'), name='exchange_file_version', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='exchangefile',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisme__isnull', False), ('sender', 'organisme')), models.Q(models.Q(('sender', 'organisme'), _negated=True), ('organisme', None)), _connector='OR'), name='exchange_file_whose'),
        ),
        ]),
    ]
