"""The books that a release rests on: every entry that is known, and the matches that stand in the line of runs.

A match stands until a later run brings one of its entries back into scope, because somebody took the match back. What
a corrected file no longer holds is still here, marked as withdrawn. Matches come from runs alone; entries from all
that was taken in, so that a change or a reversal is seen before the next run.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa

from recon.breaks.references import normalised
from recon.engines.duck import DuckEngine
from recon.engines.names import text_literal
from recon.matchers.standing import TAKEN_BACK, decided_in, decisions_of, lay_taken_back, made_by
from recon.model.tables import BREAKS, ENTRIES, FILES, MATCHES, MEMBERS
from recon.partners.measures.books import DAY, word
from recon.project.workspace import Project
from recon.releases.settings import Setting
from recon.sources.intake.held import withdrawn
from recon.store.lineage import continued
from recon.store.published import Published
from recon.store.store import Store

LINES: Final = "lines"
LINKS: Final = "links"
UNDONE: Final = "((e.is_reversal OR e.type IN ('refund', 'payout_return') OR e.amount < 0) AND e.type <> 'fee')"
"""Whether an entry takes another back. A charge under the reference of a transfer does not."""


@contextmanager
def release_books(project: Project, store: Store, setting: Setting, run: Published) -> Iterator[DuckEngine]:
    """An engine with the tables `lines` and `links` (see `_lay_books`), `breaks` and `suggested` of the run.

    Raises:
        ControlFailed: something published is gone or was changed.
    """
    line = continued(store, run)
    ingests = store.ingests()
    scanned: dict[str, tuple[list[Path], pa.Schema]] = {
        "entries": ([one.verified("entries.parquet") for one in ingests], ENTRIES),
        "files": ([one.verified("files.parquet") for one in ingests], FILES),
        "breaks": ([run.verified("breaks.parquet")], BREAKS),
        "run_matches": ([run.verified("matches.parquet")], MATCHES),
        "run_members": ([run.verified("members.parquet")], MEMBERS),
    }
    paths = [path for found, _ in scanned.values() for path in found]
    paths += [one.verified(f"{name}.parquet") for one in line for name in ("matches", "members")]
    paths += [decisions_of(one) for one in decided_in(line)]
    machine = project.settings.run
    with DuckEngine.open(machine.memory_mb, machine.threads, None, paths) as engine:
        for name, (found, schema) in scanned.items():
            if found:
                engine.scan(name, found)
            else:
                engine.create(name, schema)
        engine.register("withdrawn", withdrawn(ingests).select(["entry_id", "file_id"]))
        _lay_books(engine, setting, line)
        yield engine


def _lay_books(engine: DuckEngine, setting: Setting, line: Sequence[Published]) -> None:
    """The tables of the desk, from `entries`, `files`, `withdrawn`, `run_matches`, `run_members` and the line of runs.

    `lines` has one row for each order, proof and bank entry; `links` one for each pair of entries that a standing match
    joins: `ruleset`, `match_id`, `a` on the left, `b` on the right, how many entries the match has on each side, its
    state and its pass. `suggested` has the same of what the run only suggests.
    """
    _lay_lines(engine, setting)
    legs = ", ".join(text_literal(one.ruleset) for one in (setting.proven, setting.credited))
    lay_taken_back(engine, line)
    standing = f"ANTI JOIN {TAKEN_BACK} USING (ruleset, match_id)" if engine.has(TAKEN_BACK) else ""
    engine.materialise("standing", f"SELECT * FROM ({made_by(line)}) {standing} WHERE ruleset IN ({legs})")
    engine.materialise(LINKS, _pairs("standing"))
    engine.materialise(
        "offered",
        'SELECT m.ruleset, m.match_id, m.side, m.entry_id, c.state, c."pass" FROM run_members AS m '
        f"JOIN run_matches AS c USING (ruleset, match_id) WHERE c.state = 'suggested' AND m.ruleset IN ({legs})",
    )
    engine.materialise("suggested", _pairs("offered"))


def _lay_lines(engine: DuckEngine, setting: Setting) -> None:
    """The orders, proofs and bank entries, each with what the desk reads of it."""
    desk, proven, credited = setting.desk, setting.proven, setting.credited
    roles = {
        "order": proven.sources("left"),
        "proof": proven.sources("right"),
        "credit": credited.sources("right"),
    }
    cases = " ".join(
        f"WHEN e.source IN ({', '.join(map(text_literal, sources))}) THEN '{role}'"
        for role, sources in roles.items()
    )
    product = word(desk.product) if desk.product else "''"
    marks = ", ".join(f"coalesce({_plain(word(name))}, '')" for name in desk.once)
    refs = ", ".join(_plain(f"e.{name}") for name in ("ref_bank", "ref_end_to_end"))
    engine.materialise(
        LINES,
        f"""
        SELECT e.entry_id, CASE {cases} END AS role, coalesce({word(desk.order)}, '') AS reference,
               coalesce({word(desk.reseller)}, '') AS reseller, {DAY} AS day, e.event_time AS moment,
               e.amount, e.currency, {UNDONE} AS undone, e.status, coalesce({word(desk.units)}, '') AS units,
               coalesce({product}, '') AS product, [{marks}] AS marks,
               list_filter([{refs}], lambda x: x IS NOT NULL) AS refs, {_plain("e.ref_original")} AS undoes,
               concat(coalesce(f.path, e.file_id), ':', e.line_no) AS place, w.entry_id IS NOT NULL AS withdrawn
        FROM entries AS e
        LEFT JOIN (SELECT file_id, min(path) AS path FROM files GROUP BY file_id) AS f ON f.file_id = e.file_id
        LEFT JOIN (SELECT DISTINCT entry_id, file_id FROM withdrawn) AS w
          ON w.entry_id = e.entry_id AND w.file_id = e.file_id
        WHERE CASE {cases} END IS NOT NULL
        """,
    )


def _plain(column: str) -> str:
    """A reference without what may be typed differently: case, separators, leading zeros; other scripts as they are."""
    return f"coalesce({normalised(column)}, nullif(upper(trim({column})), ''))"


def _pairs(members: str) -> str:
    """Each entry of the left with each of the right that it is matched with."""
    sides = ", ".join(
        f"count(DISTINCT entry_id) FILTER (WHERE side = '{side}') AS {name}"
        for side, name in (("left", "lefts"), ("right", "rights"))
    )
    return f"""
        SELECT l.ruleset, l.match_id, l.entry_id AS a, r.entry_id AS b, n.lefts, n.rights, l.state, l."pass"
        FROM {members} AS l JOIN {members} AS r USING (ruleset, match_id)
        JOIN (SELECT ruleset, match_id, {sides} FROM {members} GROUP BY ALL) AS n USING (ruleset, match_id)
        WHERE l.side = 'left' AND r.side = 'right'
    """
