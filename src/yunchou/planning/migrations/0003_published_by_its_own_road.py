"""A version begins as a draft, so that none is published unchecked; and what was published is not emptied."""

from django.db import migrations

BEGINS = """
CREATE FUNCTION planning_version_begins_as_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'version % begins as a draft and is published when its parts sum to the whole', NEW.number
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER version_begins_as_a_draft BEFORE INSERT ON planning_planversion
    FOR EACH ROW WHEN (NEW.state <> 'draft') EXECUTE FUNCTION planning_version_begins_as_a_draft();
"""

TABLES = ("planversion", "plancell", "target", "customerstanding")
NEVER_EMPTIED = """
CREATE FUNCTION planning_published_is_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('yunchou.takes_the_demo_out', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'plans may be published and are never emptied'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON planning_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION planning_published_is_never_emptied();
"""
    for table in TABLES
)
EMPTIED = "".join(f"DROP TRIGGER {table}_is_never_emptied ON planning_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("planning", "0002_published_is_frozen")]
    operations = [
        migrations.RunSQL(
            BEGINS, "DROP TRIGGER version_begins_as_a_draft ON planning_planversion; DROP FUNCTION planning_version_begins_as_a_draft();"
        ),
        migrations.RunSQL(NEVER_EMPTIED, EMPTIED + "DROP FUNCTION planning_published_is_never_emptied();"),
    ]
