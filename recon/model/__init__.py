"""Pure values that every room shares: the canonical tables, money, periods, business calendars, ids."""
