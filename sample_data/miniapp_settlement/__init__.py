"""October 2026 of a super-app: mini-app sales, one processor, two bank accounts."""
