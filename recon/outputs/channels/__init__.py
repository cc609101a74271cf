"""The channel desk's report: what it says, and its workbook."""
