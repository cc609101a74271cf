"""Cases: questions about settlement, asked by merchants and partners, with a clock, a message log and a root cause."""
