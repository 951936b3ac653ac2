"""Accounts written before they knew their sales learn them."""

from django.db import migrations

LEARN = """
UPDATE customers_account AS account
SET sold_year_minor = sold.in_a_year, sold_this_year_minor = sold.this_year, last_sold_on = sold.last_on
FROM (
    SELECT line.account_id,
           coalesce(sum(line.amount_minor) FILTER (WHERE line."on" > day.today - interval '1 year'), 0)::bigint AS in_a_year,
           coalesce(sum(line.amount_minor) FILTER (WHERE line."on" >= day.fiscal), 0)::bigint AS this_year,
           max(line."on") FILTER (WHERE line.amount_minor > 0) AS last_on
    FROM revenue_orderline AS line
    JOIN (
        SELECT company.id, at.today,
               make_date(extract(year FROM at.today)::int
                         - (extract(month FROM at.today) < company.fiscal_year_starts)::int, company.fiscal_year_starts, 1) AS fiscal
        FROM org_company AS company CROSS JOIN LATERAL (SELECT coalesce(company.today_on, current_date) AS today) AS at
    ) AS day ON day.id = line.company_id
    WHERE line."on" <= day.today
    GROUP BY line.account_id
) AS sold
WHERE sold.account_id = account.id
"""


class Migration(migrations.Migration):
    dependencies = [("revenue", "0003_never_emptied"), ("customers", "0002_account_sales")]
    operations = [migrations.RunSQL(LEARN, migrations.RunSQL.noop)]
