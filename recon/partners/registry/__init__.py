"""Who is who, day by day: tables under `configs/partners/registry`, how they are read, checked, changed and traced."""
