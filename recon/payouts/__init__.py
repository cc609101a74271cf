"""Commission plans, what they pay, and why.

`plan/` is the language of plans. `calculate` turns a plan and the facts of a period into rows, by way of
`measuring`, `earning`, `tiering`, `limits`, `sharing` and `hierarchy`; `paying` turns what was earned into what is
paid, by way of `taxes` and `holds`; `corrections` deals with what becomes known later; `fee_check` runs the same
language as a rate card; `desk/` pays period by period; `lint` says what a plan's author should decide.
"""
