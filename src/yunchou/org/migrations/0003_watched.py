"""Every change of people, units, their places, accounts and rights is kept; passwords, sign-in times and search keys are not."""

from django.db import migrations

TABLES = {
    "org_person": ("search_text", "search_keys"),
    "org_unit": ("tree_low", "tree_high"),
    "org_unitplacement": (),
    "org_membership": (),
    "org_reportingline": (),
    "org_user": ("password", "last_login"),
    "org_appscope": (),
    "org_fieldright": (),
}
WAITING = """
CREATE FUNCTION org_person_waits_for_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.search_text = OLD.search_text THEN
        NEW.search_keys := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER person_waits_for_search_keys BEFORE UPDATE OF name, code ON org_person FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION org_person_waits_for_keys();
"""
NO_WAITING = "DROP TRIGGER person_waits_for_search_keys ON org_person; DROP FUNCTION org_person_waits_for_keys();"


def watch(table: str, unwatched: tuple[str, ...]) -> str:
    """Return the triggers that keep what happens to a table's rows."""
    left_out = ", ".join(f"'{name}'" for name in unwatched)
    return f"""
CREATE TRIGGER {table}_is_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER {table}_is_changed AFTER UPDATE ON {table} REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep({left_out});
CREATE TRIGGER {table}_is_deleted AFTER DELETE ON {table} REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep({left_out});
"""


def unwatch(table: str) -> str:
    """Return what takes them away again."""
    return "".join(f"DROP TRIGGER {table}_is_{how} ON {table};" for how in ("added", "changed", "deleted"))


class Migration(migrations.Migration):
    dependencies = (("org", "0002_rights_lines_and_search"), ("audit", "0002_kept_by_triggers"))
    operations = (
        *(migrations.RunSQL(watch(table, unwatched), unwatch(table)) for table, unwatched in TABLES.items()),
        migrations.RunSQL(WAITING, NO_WAITING),
    )
