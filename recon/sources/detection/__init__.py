"""What an unknown table is: its encoding, delimiter, header, columns, dates, amounts and signs, each by proof."""
