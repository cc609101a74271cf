"""A month of nights: 22 nights with late, repeated, corrected and missing files, two people at work, two closings."""
