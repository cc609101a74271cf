"""What is kept: the append-only ledger, immutable Parquet, atomic publishing, the writer's lock."""
