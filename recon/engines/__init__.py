"""The only room that executes SQL: typed expressions, their rendering, DuckDB."""
