"""Passes that add up what one text names: several references of the other side in a line of a bank or a remittance.

The words of all texts are looked up among the references at once. What a text names must all be open, each reference
must name one entry, and all of them must add up to the one whose text it is. Where only some do, they are suggested.
"""
