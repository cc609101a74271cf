"""Pure values that every room shares: canonical tables, money, periods, business calendars, ids, and their wording."""
