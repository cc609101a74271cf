"""Reports as frozen values, and their renderings: Excel, Parquet, text, JSON."""
