"""Reports of how partners, managers and regions do: the same figures as a workbook with charts and as a page."""
