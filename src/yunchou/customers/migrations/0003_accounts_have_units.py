"""Accounts written before they had a unit get that of their owner."""

from django.db import migrations

PLACE = """
UPDATE customers_account AS account SET unit_id = placed.unit_id
FROM (SELECT DISTINCT ON (person_id) person_id, unit_id FROM org_membership ORDER BY person_id, starts_on DESC, id DESC) AS placed
WHERE placed.person_id = account.owner_id AND account.unit_id IS DISTINCT FROM placed.unit_id
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0002_account_sales"), ("org", "0001_initial")]
    operations = [migrations.RunSQL(PLACE, migrations.RunSQL.noop)]
