"""The SQLite file: connection, schema, migrations, backups, times."""
