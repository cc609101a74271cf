"""How properties are tried: with the same examples each time, however long the machine takes over one.

A test must not fail because the machine is busy, and not fail today with what it passed yesterday. Whoever wants other
examples asks for them: `pytest --hypothesis-profile=new`.
"""

from hypothesis import HealthCheck, settings

settings.register_profile("new", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", settings.get_profile("new"), derandomize=True)
settings.load_profile("same")
