"""Passes of a rule set, compiled to set-based SQL; assignment; explanation.

`ruleset_run` goes through the passes in order. `comparing/` makes units of entries and says what two must agree in,
`pairing/` brings them together, `subset/` and `listed/` look for sets; `results/` lays out what was found.
`explain/` says why and why not, and `trials/` tries rules and learns from what is known.
"""
