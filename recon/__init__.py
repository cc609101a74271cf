"""recon: batch reconciliation and commission engine."""

__version__ = "0.1.0"
