"""The plan language: what a plan may say, one module per clause, each field in the words of an analyst."""
