"""The database counts every change of a study's instances, whoever makes it, so that nothing
prepared from them (search rows, metadata documents, caches) can outlive it."""

from typing import Any

from django.db import migrations

SQLITE = """
    CREATE TRIGGER imaging_instance_{when} AFTER {event} ON imaging_instance
    BEGIN
        UPDATE imaging_study SET content_version = content_version + 1, is_indexed = 0
        WHERE id = (SELECT study_id FROM imaging_series WHERE id = {row}.series_id);
        UPDATE imaging_series SET content_version = content_version + 1
        WHERE id = {row}.series_id;
    END;
"""
SQLITE_SERIES = """
    CREATE TRIGGER imaging_series_{when} AFTER {event} ON imaging_series
    BEGIN
        UPDATE imaging_study SET content_version = content_version + 1, is_indexed = 0
        WHERE id = {row}.study_id;
    END;
"""
# statement by statement, so that a bulk insert costs one update per study
FUNCTIONS = """
    CREATE FUNCTION imaging_instance_changed() RETURNS trigger AS $$
    BEGIN
        UPDATE imaging_study SET content_version = content_version + 1, is_indexed = false
        WHERE id IN (SELECT s.study_id FROM imaging_series s JOIN changed c ON c.series_id = s.id);
        UPDATE imaging_series SET content_version = content_version + 1
        WHERE id IN (SELECT series_id FROM changed);
        RETURN NULL;
    END;
    $$ LANGUAGE plpgsql;
    CREATE FUNCTION imaging_series_changed() RETURNS trigger AS $$
    BEGIN
        UPDATE imaging_study SET content_version = content_version + 1, is_indexed = false
        WHERE id IN (SELECT study_id FROM changed);
        RETURN NULL;
    END;
    $$ LANGUAGE plpgsql;
"""
POSTGRES = """
    CREATE TRIGGER imaging_{table}_{when} AFTER {event} ON imaging_{table}
    REFERENCING {row} TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION imaging_{table}_changed();
"""
EVENTS = [("inserted", "INSERT", "NEW"), ("deleted", "DELETE", "OLD"), ("updated", "UPDATE", "NEW")]


def add_triggers(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for when, event, row in EVENTS:
            schema_editor.execute(SQLITE.format(when=when, event=event, row=row))
            if event != "UPDATE":
                schema_editor.execute(SQLITE_SERIES.format(when=when, event=event, row=row))
        return
    schema_editor.execute(FUNCTIONS)
    for when, event, row in EVENTS:
        for table in ("instance", "series"):
            if (table, event) != ("series", "UPDATE"):
                schema_editor.execute(
                    POSTGRES.format(table=table, when=when, event=event, row=row)
                )


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    on = schema_editor.connection.vendor != "sqlite"
    for when, event, _ in EVENTS:
        for table in ("instance", "series"):
            if (table, event) != ("series", "UPDATE"):
                where = f" ON imaging_{table}" if on else ""
                schema_editor.execute(f"DROP TRIGGER imaging_{table}_{when}{where}")
    if on:
        schema_editor.execute("DROP FUNCTION imaging_instance_changed()")
        schema_editor.execute("DROP FUNCTION imaging_series_changed()")


class Migration(migrations.Migration):
    dependencies = [("imaging", "0003_search_index")]

    operations = [migrations.RunPython(add_triggers, drop_triggers, elidable=False)]
