"""The command line: parsing of arguments and printing of results, nothing else."""
