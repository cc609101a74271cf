"""Payments and the bank: files that order them, answers that say what became of them, and the proof on the statement.

`profile` is the file as described in `configs/payments`, `message` one file about to be written, `pain001`, `nacha`
and `columns` write it, `ordered` keeps which file orders what; `answers` reads what the bank says, `taking` keeps it,
`outcomes` tells where each payment stands, `proof` finds payments on statements.
"""
