"""Tokens made and taken back are kept; what they are is not."""

from django.db import migrations

WATCH = """
CREATE TRIGGER org_apitoken_is_added AFTER INSERT ON org_apitoken REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER org_apitoken_is_changed AFTER UPDATE ON org_apitoken REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep('digest');
CREATE TRIGGER org_apitoken_is_deleted AFTER DELETE ON org_apitoken REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep('digest');
"""
UNWATCH = "".join(f"DROP TRIGGER org_apitoken_is_{how} ON org_apitoken;" for how in ("added", "changed", "deleted"))


class Migration(migrations.Migration):
    dependencies = (("org", "0004_api_tokens"),)
    operations = (migrations.RunSQL(WATCH, UNWATCH),)
