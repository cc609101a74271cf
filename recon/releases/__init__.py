"""The release desk: what was ordered, proven and paid is released once, with its evidence, by two people.

It rests on the matches of a published run and never matches by itself: order to proof of transfer, proof to the bank's
credit. What may not be released is told with the reason and the next step.
"""
