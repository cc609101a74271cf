"""The line of runs: what a run continues. What reconciled on an earlier night stays reconciled."""

from collections.abc import Sequence

from recon.store.published import Published
from recon.store.store import Store


def continued(store: Store, run: Published) -> Sequence[Published]:
    """The run and all it continues, the latest first."""
    by_identity = {one.identity: one for one in store.runs()}
    chain = []
    current: Published | None = run
    while current is not None:
        chain.append(current)
        current = by_identity.get(str(current.manifest.get("previous_run")))
    return chain
