"""One run from files to a published, proven result."""
