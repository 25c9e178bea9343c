"""News that its reader wants no e-mail of is settled, and the mailer reads an index of what is not."""

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def settle_unwanted(apps, schema_editor):
    Notification = apps.get_model("journal", "Notification")
    Preference = apps.get_model("journal", "Preference")
    for chosen in Preference.objects.filter(rhythm="jamais"):
        waiting = Notification.objects.filter(user=chosen.user_id, kind=chosen.kind, mailed_at=None)
        waiting.update(mailed_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ("journal", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(settle_unwanted, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("mailed_at", None)),
                fields=["user", "created_at", "id"],
                name="notification_unsent",
            ),
        ),
    ]
