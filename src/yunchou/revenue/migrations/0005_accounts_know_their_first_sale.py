"""Accounts written before they knew the day of their first sale learn it from the ledger."""

from django.db import migrations

FIRST = """
UPDATE customers_account AS account SET first_sold_on = sold.first
FROM (SELECT account_id, min("on") AS first FROM revenue_orderline
      WHERE amount_minor > 0 AND reverses_id IS NULL
        AND id NOT IN (SELECT reverses_id FROM revenue_orderline WHERE reverses_id IS NOT NULL)
      GROUP BY account_id) AS sold
WHERE sold.account_id = account.id AND account.first_sold_on IS DISTINCT FROM sold.first
"""


class Migration(migrations.Migration):
    dependencies = (("revenue", "0004_accounts_know_their_sales"), ("customers", "0008_first_sale_is_no_change"))
    operations = (migrations.RunSQL(FIRST, migrations.RunSQL.noop),)
