"""An account whose name or code is changed without new keys waits for them; what is made for lists and search is not kept in its history."""

from django.db import migrations

WAITING = """
CREATE FUNCTION customers_account_waits_for_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.search_text = OLD.search_text THEN
        NEW.search_keys := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_waits_for_search_keys BEFORE UPDATE OF name, code ON customers_account FOR EACH ROW
    WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.code IS DISTINCT FROM NEW.code) EXECUTE FUNCTION customers_account_waits_for_keys();
"""
NO_WAITING = "DROP TRIGGER account_waits_for_search_keys ON customers_account; DROP FUNCTION customers_account_waits_for_keys();"


def watched(*unwatched: str) -> str:
    """Return the trigger that keeps changes, but for some columns."""
    left_out = ", ".join(f"'{name}'" for name in unwatched)
    return f"""
DROP TRIGGER account_is_changed ON customers_account;
CREATE TRIGGER account_is_changed AFTER UPDATE ON customers_account REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep({left_out});
"""


SUMS = ("sold_year_minor", "sold_this_year_minor", "last_sold_on")


class Migration(migrations.Migration):
    dependencies = (("customers", "0005_account_search"),)
    operations = (
        migrations.RunSQL(WAITING, NO_WAITING),
        migrations.RunSQL(watched(*SUMS, "search_text", "search_keys"), watched(*SUMS)),
    )
