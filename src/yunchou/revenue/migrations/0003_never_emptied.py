"""The ledger is not emptied either, unless a session says that it takes the demo company out."""

from django.db import migrations

TABLES = ("orderline", "monthlysales", "monthlysalesbyperson")
NEVER_EMPTIED = """
CREATE FUNCTION revenue_ledger_is_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('yunchou.takes_the_demo_out', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'the ledger is never emptied'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON revenue_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION revenue_ledger_is_never_emptied();
"""
    for table in TABLES
)
EMPTIED = "".join(f"DROP TRIGGER {table}_is_never_emptied ON revenue_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("revenue", "0002_ledger")]
    operations = [migrations.RunSQL(NEVER_EMPTIED, EMPTIED + "DROP FUNCTION revenue_ledger_is_never_emptied();")]
