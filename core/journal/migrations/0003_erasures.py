"""The journal of erasures, whose line alone opens what is sealed; a person's words in the history are for a time."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.journal.kept import CREATE_ERASING, DROP_ERASING
from core.schema import Together


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0002_news_nobody_waits_for'),
    ]

    operations = [
        Together([
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='le')),
                ('setting', models.SlugField(max_length=60, verbose_name='délai')),
                ('what', models.CharField(max_length=120, verbose_name='ce qui est effacé')),
                ('before', models.DateField(verbose_name='avant le')),
                ('rows', models.PositiveIntegerField(verbose_name='lignes')),
                ('transaction', models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'effacement',
                'ordering': ['-at', '-id'],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='event',
            name='append_only',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='event',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'UPDATE' THEN IF to_jsonb(NEW) - ARRAY['detail', 'reason'] = to_jsonb(OLD) - ARRAY['detail', 'reason'] AND journal_erasing() THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3c6c29f4b6cee38c96fdd49087ca95d2f20c42f4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b6bcd', table='journal_event', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='erasure',
            index=models.Index(fields=['transaction'], name='erasure_transaction'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='erasure',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c10ba87f3a74a3bb9a68655f04c91b8504b058d9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_26dd2', table='journal_erasure', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='erasure',
            trigger=pgtrigger.compiler.Trigger(name='transaction_said', sql=pgtrigger.compiler.UpsertTriggerSql(func='NEW.transaction := pg_current_xact_id()::text::bigint; RETURN NEW;', hash='f90021d453883a9a8a04151d8b52fa34ff116136', operation='INSERT', pgid='pgtrigger_transaction_said_6cd31', table='journal_erasure', when='BEFORE')),
        ),
        ]),
        migrations.RunSQL(CREATE_ERASING, DROP_ERASING),
    ]
