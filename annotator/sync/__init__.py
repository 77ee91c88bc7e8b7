"""Exchange a project's history with a team over a folder, an S3 bucket or PostgreSQL."""
