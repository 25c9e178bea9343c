"""The queue of the Région has an index of its own, in its order: counting it and opening it read nothing else."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training_sessions", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="sessionrequest", name="request_queue"),
        migrations.AddIndex(
            model_name="sessionrequest",
            index=models.Index(
                condition=models.Q(("state__in", ["complete", "en_instruction", "a_reexaminer"])),
                fields=["completed_at", "id"],
                name="request_in_queue",
            ),
        ),
    ]
