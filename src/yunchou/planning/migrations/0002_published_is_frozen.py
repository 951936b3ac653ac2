"""A published version is frozen and sums exactly; both are held by the database."""

from django.db import migrations

VERSION = """
CREATE FUNCTION planning_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    cells numeric;
    uneven bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'version % was published and is not deleted', OLD.number
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'published' THEN
        SELECT coalesce(sum(target_minor), 0) INTO cells FROM planning_plancell WHERE version_id = NEW.id;
        SELECT count(*) INTO uneven FROM (
            SELECT region_id, product_tier, customer_tier, month FROM (
                SELECT region_id, product_tier, customer_tier, month, target_minor AS amount
                FROM planning_plancell WHERE version_id = NEW.id
                UNION ALL
                SELECT region_id, product_tier, customer_tier, month, -amount_minor FROM planning_target WHERE version_id = NEW.id
            ) AS both_sides GROUP BY 1, 2, 3, 4 HAVING sum(amount) <> 0
        ) AS cells_not_met;
        IF cells <> NEW.target_minor OR uneven > 0 THEN
            RAISE EXCEPTION 'the parts of version % do not sum to the whole', NEW.number
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'published_parts_sum_to_the_whole';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'draft' AND NEW.state = 'draft' THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'published' AND NEW.state = 'superseded'
       AND to_jsonb(NEW) - 'state' - 'superseded_at' = to_jsonb(OLD) - 'state' - 'superseded_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'version % was published: it is superseded by a new one, never changed', OLD.number
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END $$;
CREATE TRIGGER published_version_is_frozen BEFORE UPDATE OR DELETE ON planning_planversion
    FOR EACH ROW EXECUTE FUNCTION planning_version_is_frozen();
"""

# The version's row is locked before its state is read: a publication at the same moment waits, or is seen.
ROWS = """
CREATE FUNCTION planning_rows_belong_to_a_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM planning_planversion WHERE id IN (SELECT DISTINCT version_id FROM touched) ORDER BY id FOR SHARE;
    IF EXISTS (
        SELECT FROM planning_planversion WHERE id IN (SELECT DISTINCT version_id FROM touched) AND state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'the rows of a published version are not changed'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
"""

TABLES = ("plancell", "target", "customerstanding")
TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_is_written_to_a_draft AFTER INSERT ON planning_{table}
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION planning_rows_belong_to_a_draft();
CREATE TRIGGER {table}_is_changed_in_a_draft AFTER UPDATE ON planning_{table}
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION planning_rows_belong_to_a_draft();
CREATE TRIGGER {table}_is_moved_to_a_draft AFTER UPDATE ON planning_{table}
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION planning_rows_belong_to_a_draft();
CREATE TRIGGER {table}_is_deleted_from_a_draft AFTER DELETE ON planning_{table}
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION planning_rows_belong_to_a_draft();
"""
    for table in TABLES
)
NO_TRIGGERS = "".join(
    f"DROP TRIGGER {table}_is_{how} ON planning_{table};"
    for table in TABLES
    for how in ("written_to_a_draft", "changed_in_a_draft", "moved_to_a_draft", "deleted_from_a_draft")
)


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial")]
    operations = [
        migrations.RunSQL(
            VERSION, "DROP TRIGGER published_version_is_frozen ON planning_planversion; DROP FUNCTION planning_version_is_frozen();"
        ),
        migrations.RunSQL(ROWS, "DROP FUNCTION planning_rows_belong_to_a_draft();"),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
