"""Rows of watched tables tell what happened to them, and what was told is never changed."""

from django.db import migrations

KEEP = """
CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    operation bigint := nullif(current_setting('yunchou.operation', true), '')::bigint;
    unwatched text[] := coalesce(TG_ARGV::text[], '{}');
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit_change (operation_id, "table", row_id, kind) SELECT operation, TG_TABLE_NAME, n.id, 'I' FROM new_rows AS n ORDER BY n.id;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit_change (operation_id, "table", row_id, kind, old)
        SELECT operation, TG_TABLE_NAME, o.id, 'D', to_jsonb(o) - unwatched FROM old_rows AS o ORDER BY o.id;
    ELSE
        INSERT INTO audit_change (operation_id, "table", row_id, kind, old, new)
        SELECT operation, TG_TABLE_NAME, pair.id, 'U', different.old, different.new
        FROM (SELECT n.id, to_jsonb(o) - unwatched AS old, to_jsonb(n) - unwatched AS new
              FROM old_rows AS o JOIN new_rows AS n USING (id) ORDER BY n.id) AS pair
        CROSS JOIN LATERAL (
            SELECT jsonb_object_agg(was.key, was.value) AS old, jsonb_object_agg(was.key, pair.new -> was.key) AS new
            FROM jsonb_each(pair.old) AS was WHERE was.value IS DISTINCT FROM pair.new -> was.key
        ) AS different
        WHERE different.old IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
"""

# The demo company alone may be taken out again, by its own command, which empties whole tables.
FROZEN = """
CREATE FUNCTION audit_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what the audit holds is never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER change_is_never_changed BEFORE UPDATE OR DELETE ON audit_change
    FOR EACH ROW EXECUTE FUNCTION audit_is_never_changed();
CREATE TRIGGER operation_is_never_changed BEFORE UPDATE OR DELETE ON audit_operation
    FOR EACH ROW EXECUTE FUNCTION audit_is_never_changed();
"""

THAWED = """
DROP TRIGGER change_is_never_changed ON audit_change;
DROP TRIGGER operation_is_never_changed ON audit_operation;
DROP FUNCTION audit_is_never_changed();
"""


class Migration(migrations.Migration):
    dependencies = (("audit", "0001_initial"),)
    operations = (
        migrations.RunSQL(KEEP, "DROP FUNCTION audit_keep();"),
        migrations.RunSQL(FROZEN, THAWED),
    )
