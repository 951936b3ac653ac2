"""The ledger keeps itself: rows are never changed, and their monthly sums are written with them."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION revenue_orderline_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an order line is never changed or deleted: reverse it and write a new one'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER order_line_is_never_changed BEFORE UPDATE OR DELETE ON revenue_orderline
    FOR EACH STATEMENT EXECUTE FUNCTION revenue_orderline_is_never_changed();
"""

# One trigger a statement, not a row: COPY of a million lines sums them in one pass. The sums are written in the
# order of their keys, so two writers always lock them in the same order and cannot wait for each other.
ROLL_UP = """
CREATE FUNCTION revenue_orderline_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written JOIN org_company ON org_company.id = written.company_id WHERE written.currency <> org_company.currency
    ) THEN
        RAISE EXCEPTION 'an order line is written in the currency of its company'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'order_line_has_the_currency_of_its_company';
    END IF;
    IF EXISTS (SELECT FROM written WHERE reverses_id IS NOT NULL) AND EXISTS (
        SELECT FROM written JOIN revenue_orderline AS first ON first.id = written.reverses_id
        WHERE first.reverses_id IS NOT NULL
           OR (written.company_id, written.order_code, written.line_no, written.version, written."on", written.account_id,
               written.product_id, written.person_id, written.unit_id, written.region_id, written.city_id,
               written.quantity_milli, written.amount_minor, written.cost_minor)
           IS DISTINCT FROM
              (first.company_id, first.order_code, first.line_no, first.version, first."on", first.account_id,
               first.product_id, first.person_id, first.unit_id, first.region_id, first.city_id,
               -first.quantity_milli, -first.amount_minor, -first.cost_minor)
    ) THEN
        RAISE EXCEPTION 'a reversal repeats its order line with every measure negated'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'reversal_negates_its_order_line';
    END IF;

    INSERT INTO revenue_monthlysales AS kept (company_id, month, product_id, region_id, amount_minor, cost_minor, lines)
    SELECT company_id, "on" - (extract(day FROM "on")::int - 1), product_id, region_id,
           sum(amount_minor)::bigint, sum(cost_minor)::bigint, count(*)
    FROM written GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (company_id, month, product_id, region_id) DO UPDATE
    SET amount_minor = kept.amount_minor + excluded.amount_minor, cost_minor = kept.cost_minor + excluded.cost_minor,
        lines = kept.lines + excluded.lines;

    INSERT INTO revenue_monthlysalesbyperson AS kept
        (person_id, month, unit_id, product_id, region_id, company_id, amount_minor, cost_minor, lines)
    SELECT person_id, "on" - (extract(day FROM "on")::int - 1), unit_id, product_id, region_id, company_id,
           sum(amount_minor)::bigint, sum(cost_minor)::bigint, count(*)
    FROM written GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT (person_id, month, unit_id, product_id, region_id, company_id) DO UPDATE
    SET amount_minor = kept.amount_minor + excluded.amount_minor, cost_minor = kept.cost_minor + excluded.cost_minor,
        lines = kept.lines + excluded.lines;
    RETURN NULL;
END $$;
CREATE TRIGGER order_line_is_summed AFTER INSERT ON revenue_orderline
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION revenue_orderline_is_written();
"""

SUMS_FOLLOW = """
CREATE FUNCTION revenue_monthly_sums_follow_the_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'monthly sums follow the ledger and are not written by hand'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER monthly_sales_follow_the_ledger BEFORE INSERT OR UPDATE OR DELETE ON revenue_monthlysales
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION revenue_monthly_sums_follow_the_ledger();
CREATE TRIGGER monthly_sales_by_person_follow_the_ledger BEFORE INSERT OR UPDATE OR DELETE ON revenue_monthlysalesbyperson
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION revenue_monthly_sums_follow_the_ledger();
"""


class Migration(migrations.Migration):
    dependencies = [("revenue", "0001_initial")]
    operations = [
        migrations.RunSQL(
            APPEND_ONLY,
            "DROP TRIGGER order_line_is_never_changed ON revenue_orderline; DROP FUNCTION revenue_orderline_is_never_changed();",
        ),
        migrations.RunSQL(
            ROLL_UP, "DROP TRIGGER order_line_is_summed ON revenue_orderline; DROP FUNCTION revenue_orderline_is_written();"
        ),
        migrations.RunSQL(
            SUMS_FOLLOW,
            "DROP TRIGGER monthly_sales_follow_the_ledger ON revenue_monthlysales;"
            "DROP TRIGGER monthly_sales_by_person_follow_the_ledger ON revenue_monthlysalesbyperson;"
            "DROP FUNCTION revenue_monthly_sums_follow_the_ledger();",
        ),
    ]
