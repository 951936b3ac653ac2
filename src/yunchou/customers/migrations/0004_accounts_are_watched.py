"""Every change of an account is kept, whoever makes it; its sums are not, for they follow from the sales."""

from django.db import migrations

WATCH = """
CREATE TRIGGER account_is_added AFTER INSERT ON customers_account REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER account_is_changed AFTER UPDATE ON customers_account REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep('sold_year_minor', 'sold_this_year_minor', 'last_sold_on');
CREATE TRIGGER account_is_deleted AFTER DELETE ON customers_account REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
"""
UNWATCH = "".join(f"DROP TRIGGER account_is_{how} ON customers_account;" for how in ("added", "changed", "deleted"))


class Migration(migrations.Migration):
    dependencies = (("customers", "0003_accounts_have_units"), ("audit", "0002_kept_by_triggers"))
    operations = (migrations.RunSQL(WATCH, UNWATCH),)
