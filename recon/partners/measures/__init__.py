"""What partners do, counted from their entries: measures by day, figures by week and month, trends, scorecards."""
