"""The workbook of a run: one module per sheet, over safe cells and a handful of styles."""
