"""The terminal application: breaks worked by keys. Everything it does, the commands do; it calls the same functions."""
