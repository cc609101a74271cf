"""What all commands share: arguments, help, listings, what is said on stderr, and how a command that fails ends."""
