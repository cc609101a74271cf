"""What an analyst writes of a source: its settings, section by section, and what they say in words."""
