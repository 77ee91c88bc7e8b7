"""A hub in PostgreSQL, whose row-level security enforces blindness: `hub.sql` makes it, `Hub` is the target."""
