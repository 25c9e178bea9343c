"""What the retention clock may empty or remove, and what suspends it."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.schema import Together


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('journal', '0003_erasures'),
        ('pghistory', '0007_auto_20250421_0444'),
        ('stagiaires', '0006_what_follows'),
        ('training_sessions', '0003_employers_who_withdraw'),
    ]

    operations = [
        migrations.DeleteModel(
            name='Purge',
        ),
        Together([
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=1000, verbose_name='motif')),
                ('placed_at', models.DateTimeField(auto_now_add=True, verbose_name='depuis le')),
                ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='levée le')),
                ('lifting_reason', models.TextField(blank=True, max_length=1000, verbose_name='motif de la levée')),
            ],
            options={
                'verbose_name': 'suspension de l’effacement',
                'verbose_name_plural': 'suspensions de l’effacement',
                'ordering': ['-placed_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='HoldEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('reason', models.TextField(max_length=1000, verbose_name='motif')),
                ('placed_at', models.DateTimeField(auto_now_add=True, verbose_name='depuis le')),
                ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='levée le')),
                ('lifting_reason', models.TextField(blank=True, max_length=1000, verbose_name='motif de la levée')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='absence',
            name='month_open',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='attendancecorrection',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='candidateopinion',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='papersheet',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='parcours',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='parcours',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='parcours',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='parcoursdocument',
            name='sealed',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='positioning',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='positioning',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='positioning',
            name='delete_delete',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='refusedsignature',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='sensitivereading',
            name='append_only',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='signature',
            name='append_only',
        ),
        migrations.AddField(
            model_name='parcours',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='effacé le'),
        ),
        migrations.AddField(
            model_name='parcoursevent',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='effacé le'),
        ),
        migrations.AddField(
            model_name='positioning',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='effacée le'),
        ),
        migrations.AddField(
            model_name='positioningevent',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='effacée le'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='absence',
            trigger=pgtrigger.compiler.Trigger(name='month_open', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    PERFORM 1 FROM stagiaires_halfday h WHERE h.id = NEW.half_day_id FOR SHARE OF h;\n    PERFORM 1 FROM stagiaires_monthlock l\n    JOIN stagiaires_halfday h ON h.session_id = l.session_id AND date_trunc('month', h.on_date)::date = l.month\n    WHERE h.id = NEW.half_day_id AND l.state IN ('verrouille', 'confirme');\n    IF FOUND AND NOT (TG_OP = 'UPDATE' AND to_jsonb(NEW) - ARRAY['note', 'proof', 'proof_name'] = to_jsonb(OLD) - ARRAY['note', 'proof', 'proof_name'] AND journal_erasing()) THEN\n        RAISE EXCEPTION 'the month of half-day % is locked', NEW.half_day_id\n            USING ERRCODE = 'check_violation', CONSTRAINT = 'month_is_locked';\n    END IF;\n    RETURN NEW;\n", hash='490731c21e7ae551c3fc7c5d8229297a1045f767', operation='INSERT OR UPDATE', pgid='pgtrigger_month_open_05ed4', table='stagiaires_absence', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attendancecorrection',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'UPDATE' THEN IF to_jsonb(NEW) - ARRAY['reason', 'was'] = to_jsonb(OLD) - ARRAY['reason', 'was'] AND journal_erasing() THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a058499f466aea86a7dc153bc89977aa43451f9b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ec75c', table='stagiaires_attendancecorrection', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='candidateopinion',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'UPDATE' THEN IF to_jsonb(NEW) - ARRAY['text'] = to_jsonb(OLD) - ARRAY['text'] AND journal_erasing() THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b9d548d9192930abd128e93b4bc3388e714d6c91', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a1ca8', table='stagiaires_candidateopinion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='papersheet',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND journal_erasing() THEN RETURN OLD; END IF; RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8ca2bea8e53d9599609d84838ccd80987e01d8af', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_00a1b', table='stagiaires_papersheet', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='parcours',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stagiaires_parcoursevent" ("charter_accepted_at", "clea", "commitment_signed_at", "composante_id", "contract_made_at", "created_at", "created_by_id", "ends_on", "erased_at", "exit_note", "exit_reason", "funded", "hours_company", "hours_distance", "hours_module", "hours_refresher", "hours_technique", "id", "left_on", "organisme_id", "other_funder", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "positioning_id", "post_id", "progression_certified", "receipt_id", "replaces_id", "session_id", "stagiaire_id", "starts_on", "state", "suspended_until", "working_rate") VALUES (NEW."charter_accepted_at", NEW."clea", NEW."commitment_signed_at", NEW."composante_id", NEW."contract_made_at", NEW."created_at", NEW."created_by_id", NEW."ends_on", NEW."erased_at", NEW."exit_note", NEW."exit_reason", NEW."funded", NEW."hours_company", NEW."hours_distance", NEW."hours_module", NEW."hours_refresher", NEW."hours_technique", NEW."id", NEW."left_on", NEW."organisme_id", NEW."other_funder", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."positioning_id", NEW."post_id", NEW."progression_certified", NEW."receipt_id", NEW."replaces_id", NEW."session_id", NEW."stagiaire_id", NEW."starts_on", NEW."state", NEW."suspended_until", NEW."working_rate"); RETURN NULL;', hash='f619a0f147c3c985f84a85f6772c2384e2106af9', operation='INSERT', pgid='pgtrigger_insert_insert_ab686', table='stagiaires_parcours', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='parcours',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."charter_accepted_at" IS DISTINCT FROM (NEW."charter_accepted_at") OR OLD."clea" IS DISTINCT FROM (NEW."clea") OR OLD."commitment_signed_at" IS DISTINCT FROM (NEW."commitment_signed_at") OR OLD."composante_id" IS DISTINCT FROM (NEW."composante_id") OR OLD."contract_made_at" IS DISTINCT FROM (NEW."contract_made_at") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."ends_on" IS DISTINCT FROM (NEW."ends_on") OR OLD."erased_at" IS DISTINCT FROM (NEW."erased_at") OR OLD."exit_note" IS DISTINCT FROM (NEW."exit_note") OR OLD."exit_reason" IS DISTINCT FROM (NEW."exit_reason") OR OLD."funded" IS DISTINCT FROM (NEW."funded") OR OLD."hours_company" IS DISTINCT FROM (NEW."hours_company") OR OLD."hours_distance" IS DISTINCT FROM (NEW."hours_distance") OR OLD."hours_module" IS DISTINCT FROM (NEW."hours_module") OR OLD."hours_refresher" IS DISTINCT FROM (NEW."hours_refresher") OR OLD."hours_technique" IS DISTINCT FROM (NEW."hours_technique") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."left_on" IS DISTINCT FROM (NEW."left_on") OR OLD."organisme_id" IS DISTINCT FROM (NEW."organisme_id") OR OLD."other_funder" IS DISTINCT FROM (NEW."other_funder") OR OLD."positioning_id" IS DISTINCT FROM (NEW."positioning_id") OR OLD."post_id" IS DISTINCT FROM (NEW."post_id") OR OLD."progression_certified" IS DISTINCT FROM (NEW."progression_certified") OR OLD."receipt_id" IS DISTINCT FROM (NEW."receipt_id") OR OLD."replaces_id" IS DISTINCT FROM (NEW."replaces_id") OR OLD."session_id" IS DISTINCT FROM (NEW."session_id") OR OLD."stagiaire_id" IS DISTINCT FROM (NEW."stagiaire_id") OR OLD."starts_on" IS DISTINCT FROM (NEW."starts_on") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."suspended_until" IS DISTINCT FROM (NEW."suspended_until") OR OLD."working_rate" IS DISTINCT FROM (NEW."working_rate"))', func='INSERT INTO "stagiaires_parcoursevent" ("charter_accepted_at", "clea", "commitment_signed_at", "composante_id", "contract_made_at", "created_at", "created_by_id", "ends_on", "erased_at", "exit_note", "exit_reason", "funded", "hours_company", "hours_distance", "hours_module", "hours_refresher", "hours_technique", "id", "left_on", "organisme_id", "other_funder", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "positioning_id", "post_id", "progression_certified", "receipt_id", "replaces_id", "session_id", "stagiaire_id", "starts_on", "state", "suspended_until", "working_rate") VALUES (NEW."charter_accepted_at", NEW."clea", NEW."commitment_signed_at", NEW."composante_id", NEW."contract_made_at", NEW."created_at", NEW."created_by_id", NEW."ends_on", NEW."erased_at", NEW."exit_note", NEW."exit_reason", NEW."funded", NEW."hours_company", NEW."hours_distance", NEW."hours_module", NEW."hours_refresher", NEW."hours_technique", NEW."id", NEW."left_on", NEW."organisme_id", NEW."other_funder", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."positioning_id", NEW."post_id", NEW."progression_certified", NEW."receipt_id", NEW."replaces_id", NEW."session_id", NEW."stagiaire_id", NEW."starts_on", NEW."state", NEW."suspended_until", NEW."working_rate"); RETURN NULL;', hash='6c7e458e3b407047d3032758e1e9d131e5112601', operation='UPDATE', pgid='pgtrigger_update_update_ee2d3', table='stagiaires_parcours', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='parcours',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stagiaires_parcoursevent" ("charter_accepted_at", "clea", "commitment_signed_at", "composante_id", "contract_made_at", "created_at", "created_by_id", "ends_on", "erased_at", "exit_note", "exit_reason", "funded", "hours_company", "hours_distance", "hours_module", "hours_refresher", "hours_technique", "id", "left_on", "organisme_id", "other_funder", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "positioning_id", "post_id", "progression_certified", "receipt_id", "replaces_id", "session_id", "stagiaire_id", "starts_on", "state", "suspended_until", "working_rate") VALUES (OLD."charter_accepted_at", OLD."clea", OLD."commitment_signed_at", OLD."composante_id", OLD."contract_made_at", OLD."created_at", OLD."created_by_id", OLD."ends_on", OLD."erased_at", OLD."exit_note", OLD."exit_reason", OLD."funded", OLD."hours_company", OLD."hours_distance", OLD."hours_module", OLD."hours_refresher", OLD."hours_technique", OLD."id", OLD."left_on", OLD."organisme_id", OLD."other_funder", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."positioning_id", OLD."post_id", OLD."progression_certified", OLD."receipt_id", OLD."replaces_id", OLD."session_id", OLD."stagiaire_id", OLD."starts_on", OLD."state", OLD."suspended_until", OLD."working_rate"); RETURN NULL;', hash='dc32bb229c21c248e5d723eda4b1111f948f2102', operation='DELETE', pgid='pgtrigger_delete_delete_d4f33', table='stagiaires_parcours', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='parcoursdocument',
            trigger=pgtrigger.compiler.Trigger(name='sealed', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND journal_erasing() THEN RETURN OLD; END IF; RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ef21262b5a3ce2bbb6a0cccee4ea70232c6937b3', operation='UPDATE OR DELETE', pgid='pgtrigger_sealed_6a667', table='stagiaires_parcoursdocument', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='positioning',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stagiaires_positioningevent" ("advisor_id", "answer_due_on", "answered_at", "answered_by_id", "appointment_at", "appointment_place", "brought_intention", "closing_reason", "created_at", "erased_at", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_step", "project", "project_validated", "proposal", "proposed_session_id", "refresher_offered", "refusal_reason", "refusal_text", "session_id", "stagiaire_id", "state", "valideur_id", "waiting_since") VALUES (NEW."advisor_id", NEW."answer_due_on", NEW."answered_at", NEW."answered_by_id", NEW."appointment_at", NEW."appointment_place", NEW."brought_intention", NEW."closing_reason", NEW."created_at", NEW."erased_at", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."previous_step", NEW."project", NEW."project_validated", NEW."proposal", NEW."proposed_session_id", NEW."refresher_offered", NEW."refusal_reason", NEW."refusal_text", NEW."session_id", NEW."stagiaire_id", NEW."state", NEW."valideur_id", NEW."waiting_since"); RETURN NULL;', hash='3a6f75d016266286fdcf21474389cea45c61a8ac', operation='INSERT', pgid='pgtrigger_insert_insert_eaa3e', table='stagiaires_positioning', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='positioning',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."advisor_id" IS DISTINCT FROM (NEW."advisor_id") OR OLD."answer_due_on" IS DISTINCT FROM (NEW."answer_due_on") OR OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."answered_by_id" IS DISTINCT FROM (NEW."answered_by_id") OR OLD."appointment_at" IS DISTINCT FROM (NEW."appointment_at") OR OLD."appointment_place" IS DISTINCT FROM (NEW."appointment_place") OR OLD."brought_intention" IS DISTINCT FROM (NEW."brought_intention") OR OLD."closing_reason" IS DISTINCT FROM (NEW."closing_reason") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."erased_at" IS DISTINCT FROM (NEW."erased_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."previous_step" IS DISTINCT FROM (NEW."previous_step") OR OLD."project" IS DISTINCT FROM (NEW."project") OR OLD."project_validated" IS DISTINCT FROM (NEW."project_validated") OR OLD."proposal" IS DISTINCT FROM (NEW."proposal") OR OLD."proposed_session_id" IS DISTINCT FROM (NEW."proposed_session_id") OR OLD."refresher_offered" IS DISTINCT FROM (NEW."refresher_offered") OR OLD."refusal_reason" IS DISTINCT FROM (NEW."refusal_reason") OR OLD."refusal_text" IS DISTINCT FROM (NEW."refusal_text") OR OLD."session_id" IS DISTINCT FROM (NEW."session_id") OR OLD."stagiaire_id" IS DISTINCT FROM (NEW."stagiaire_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."valideur_id" IS DISTINCT FROM (NEW."valideur_id") OR OLD."waiting_since" IS DISTINCT FROM (NEW."waiting_since"))', func='INSERT INTO "stagiaires_positioningevent" ("advisor_id", "answer_due_on", "answered_at", "answered_by_id", "appointment_at", "appointment_place", "brought_intention", "closing_reason", "created_at", "erased_at", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_step", "project", "project_validated", "proposal", "proposed_session_id", "refresher_offered", "refusal_reason", "refusal_text", "session_id", "stagiaire_id", "state", "valideur_id", "waiting_since") VALUES (NEW."advisor_id", NEW."answer_due_on", NEW."answered_at", NEW."answered_by_id", NEW."appointment_at", NEW."appointment_place", NEW."brought_intention", NEW."closing_reason", NEW."created_at", NEW."erased_at", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."previous_step", NEW."project", NEW."project_validated", NEW."proposal", NEW."proposed_session_id", NEW."refresher_offered", NEW."refusal_reason", NEW."refusal_text", NEW."session_id", NEW."stagiaire_id", NEW."state", NEW."valideur_id", NEW."waiting_since"); RETURN NULL;', hash='3840e6f353f3d5abfd438735722038e7e828af0f', operation='UPDATE', pgid='pgtrigger_update_update_d84b2', table='stagiaires_positioning', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='positioning',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stagiaires_positioningevent" ("advisor_id", "answer_due_on", "answered_at", "answered_by_id", "appointment_at", "appointment_place", "brought_intention", "closing_reason", "created_at", "erased_at", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "previous_step", "project", "project_validated", "proposal", "proposed_session_id", "refresher_offered", "refusal_reason", "refusal_text", "session_id", "stagiaire_id", "state", "valideur_id", "waiting_since") VALUES (OLD."advisor_id", OLD."answer_due_on", OLD."answered_at", OLD."answered_by_id", OLD."appointment_at", OLD."appointment_place", OLD."brought_intention", OLD."closing_reason", OLD."created_at", OLD."erased_at", OLD."id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."previous_step", OLD."project", OLD."project_validated", OLD."proposal", OLD."proposed_session_id", OLD."refresher_offered", OLD."refusal_reason", OLD."refusal_text", OLD."session_id", OLD."stagiaire_id", OLD."state", OLD."valideur_id", OLD."waiting_since"); RETURN NULL;', hash='1590ebbe47d5572a449d8aaffc7d1270499b7944', operation='DELETE', pgid='pgtrigger_delete_delete_e08fb', table='stagiaires_positioning', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='refusedsignature',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND journal_erasing() THEN RETURN OLD; END IF; RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8b694410fe60331ad3b99a4546684672167c22f4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d5cd8', table='stagiaires_refusedsignature', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sensitivereading',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'DELETE' AND journal_erasing() THEN RETURN OLD; END IF; RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a791b2bd32f95925549a1bbf66c2cca0f51af1c9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a339c', table='stagiaires_sensitivereading', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signature',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF TG_OP = 'UPDATE' THEN IF to_jsonb(NEW) - ARRAY['drawing'] = to_jsonb(OLD) - ARRAY['drawing'] AND journal_erasing() THEN RETURN NEW; END IF; END IF; RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5e904f834e549503536be69d664bd18f3feb7841', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c000c', table='stagiaires_signature', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='hold',
            name='lifted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership'),
        ),
        migrations.AddField(
            model_name='hold',
            name='placed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.membership'),
        ),
        migrations.AddField(
            model_name='hold',
            name='session',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='erasure_holds', to='training_sessions.session'),
        ),
        migrations.AddField(
            model_name='hold',
            name='stagiaire',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='stagiaires.stagiaire'),
        ),
        migrations.AddField(
            model_name='holdevent',
            name='lifted_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership'),
        ),
        migrations.AddField(
            model_name='holdevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='holdevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='stagiaires.hold'),
        ),
        migrations.AddField(
            model_name='holdevent',
            name='placed_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.membership'),
        ),
        migrations.AddField(
            model_name='holdevent',
            name='session',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='training_sessions.session'),
        ),
        migrations.AddField(
            model_name='holdevent',
            name='stagiaire',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='stagiaires.stagiaire'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('session', None), ('stagiaire__isnull', False)), models.Q(('session__isnull', False), ('stagiaire', None)), _connector='OR'), name='hold_one_subject', violation_error_message='Une suspension porte sur une personne ou sur une session.'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='hold_reason', violation_error_message='Dites pourquoi l’effacement attend.'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False), models.Q(('lifting_reason', ''), _negated=True)), _connector='OR'), name='hold_lifted_reason', violation_error_message='Dites pourquoi la suspension est levée.'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('stagiaire',), name='hold_one_per_person', violation_error_message='L’effacement est déjà suspendu pour cette personne.'),
        ),
        migrations.AddConstraint(
            model_name='hold',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('session',), name='hold_one_per_session', violation_error_message='L’effacement est déjà suspendu pour cette session.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stagiaires_holdevent" ("id", "lifted_at", "lifted_by_id", "lifting_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placed_at", "placed_by_id", "reason", "session_id", "stagiaire_id") VALUES (NEW."id", NEW."lifted_at", NEW."lifted_by_id", NEW."lifting_reason", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."placed_at", NEW."placed_by_id", NEW."reason", NEW."session_id", NEW."stagiaire_id"); RETURN NULL;', hash='44217824d6674e61393f8e0cb5fae760242e2107', operation='INSERT', pgid='pgtrigger_insert_insert_2cee0', table='stagiaires_hold', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "stagiaires_holdevent" ("id", "lifted_at", "lifted_by_id", "lifting_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placed_at", "placed_by_id", "reason", "session_id", "stagiaire_id") VALUES (NEW."id", NEW."lifted_at", NEW."lifted_by_id", NEW."lifting_reason", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."placed_at", NEW."placed_by_id", NEW."reason", NEW."session_id", NEW."stagiaire_id"); RETURN NULL;', hash='58d2dbce23e30a8bfe69ba94beadc3bf6905e8d1', operation='UPDATE', pgid='pgtrigger_update_update_aef50', table='stagiaires_hold', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='hold',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "stagiaires_holdevent" ("id", "lifted_at", "lifted_by_id", "lifting_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placed_at", "placed_by_id", "reason", "session_id", "stagiaire_id") VALUES (OLD."id", OLD."lifted_at", OLD."lifted_by_id", OLD."lifting_reason", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."placed_at", OLD."placed_by_id", OLD."reason", OLD."session_id", OLD."stagiaire_id"); RETURN NULL;', hash='e6a791b58a955dadac4ae2cc70ed0b9401400175', operation='DELETE', pgid='pgtrigger_delete_delete_fcc7b', table='stagiaires_hold', when='AFTER')),
        ),
        ]),
    ]
