from datetime import timedelta

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange


def bring(apps, schema_editor):
    """Each lot gets one period, that of its marché, with its mini, its maxi and the entry that opens its books."""
    for lot in apps.get_model('orders', 'Lot').objects.select_related('marche'):
        period = apps.get_model('orders', 'LotPeriod').objects.create(
            lot=lot,
            period=DateRange(lot.marche.starts_on, lot.marche.ends_on + timedelta(days=1)),
            mini=lot.mini_hours,
            maxi=lot.maxi_hours,
        )
        apps.get_model('orders', 'LotBalance').objects.create(period=period)
        if lot.maxi_hours:
            apps.get_model('orders', 'LedgerEntry').objects.create(
                period=period,
                from_account='marche',
                to_account='disponible',
                hours=lot.maxi_hours,
                document=f'Lot {lot.number}',
                document_type='lotperiod',
                document_id=period.pk,
                key=f'maxi:{period.pk}:0',
            )


class Migration(migrations.Migration):
    dependencies = [
        ('orders', '0002_ledger_of_hours'),
    ]

    operations = [migrations.RunPython(bring, migrations.RunPython.noop)]
