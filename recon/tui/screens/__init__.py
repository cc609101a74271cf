"""The screens: the list of breaks, and what opens over it."""
