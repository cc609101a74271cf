"""Partners: registry and hierarchy."""
