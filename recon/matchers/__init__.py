"""Passes of a rule set, compiled to set-based SQL; assignment; explanation."""
