"""Rule files: what they say, and what their own tests show."""
