"""The palette of all reports, workbooks and pages alike."""

INK, NAVY, BLUE, GREY = "#222B36", "#1F3A5F", "#1B4FA8", "#6B7682"
AGES = ("#C8D7E6", "#9BB7D3", "#6D95BD", "#3E6F9F", "#D9A05B", "#B4532F")
"""Colours of the ageing buckets, young to old."""
LIGHT, WARM = AGES[1], AGES[-1]
