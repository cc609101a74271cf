"""Tabular files of every make as rows of text cells, each with its place in the file."""
