"""Commission plans, what they pay, and why.

`plan/` is the language of plans. `calculation/` turns a plan and the facts of a payee into rows, from what is measured
to what is paid; `books/` reads those facts of the books; `periods/` brings both together over a period, for everybody;
`sets/` writes the same rows as queries, and `period_rows` chooses between them. `review/` says what a plan does before
it is agreed. `desk/` pays period by period, `bank/` writes files and takes the answers, `channels/` bills resellers.
"""
