"""Money, calendars, periods and rates."""
