"""Every change of a metric that the company defined is kept."""

from django.db import migrations

WATCH = """
CREATE TRIGGER metrics_ownmetric_is_added AFTER INSERT ON metrics_ownmetric REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER metrics_ownmetric_is_changed AFTER UPDATE ON metrics_ownmetric REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
CREATE TRIGGER metrics_ownmetric_is_deleted AFTER DELETE ON metrics_ownmetric REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
"""
UNWATCH = "".join(f"DROP TRIGGER metrics_ownmetric_is_{how} ON metrics_ownmetric;" for how in ("added", "changed", "deleted"))


class Migration(migrations.Migration):
    dependencies = (("metrics", "0001_own_metrics_and_dashboards"), ("audit", "0002_kept_by_triggers"))
    operations = (migrations.RunSQL(WATCH, UNWATCH),)
