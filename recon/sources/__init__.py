"""From bytes to entries: readers, profiles, refused rows, the proof that no line was lost."""
