"""The payout desk: payouts that are published, what they carry on, who approved them, and how they are paid.

A payout is one plan over one period. `work` computes its tables, with `late` for what became known of closed periods
and `settling` for what leads from earned to paid; `shelf` finds published payouts and their states; `acts` are what
people do to them; `batches` pay them, once.
"""
