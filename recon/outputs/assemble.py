"""From the folder of one published run to its report; nothing outside the folder is read."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from recon.breaks.ageing import BUCKETS
from recon.model.ids import content_id
from recon.outputs import tallies
from recon.outputs.checks import checks
from recon.outputs.controls import BridgeLine, CheckLine, ProofLine
from recon.outputs.exact import tidy, total
from recon.outputs.report import (
    About,
    AgeingLine,
    BreakKindLine,
    ChainLine,
    ConfigLine,
    FileLine,
    MatchLine,
    PassLine,
    PriorLine,
    RateLine,
    RefusedLine,
    RuleSetSummary,
    RunReport,
)
from recon.outputs.run_folder import RunFolder
from recon.outputs.statements import statements
from recon.outputs.tallies import Row

RULES_HASH_DIGITS = 12


def assemble(folder: Path) -> RunReport:
    """The report of the run in the folder.

    Single breaks and matches stay in their Parquet files; only counts and sums are held.

    Raises:
        ControlFailed: the manifest or a table is missing, or a table is not what the manifest says.
    """
    run = RunFolder(folder)
    rulesets = _rulesets(run)
    proof = _proof(run, [ruleset.name for ruleset in rulesets])
    bridge = _bridge(run)
    files = _files(run)
    tied = statements(run, rulesets, proof)
    checked = checks(run, tied, proof, bridge, files)
    proof_ok = run.manifest["proof"] == "ok"
    return RunReport(
        about=_about(run),
        files=files,
        refused=tuple(RefusedLine(**row) for row in tallies.refused(run)),
        rulesets=rulesets,
        matches=_matches(run, rulesets),
        breaks=_breaks(run, [ruleset.name for ruleset in rulesets]),
        ageing=_ageing(run),
        statements=tied,
        proof=proof,
        bridge=bridge,
        chains=_chains(run),
        prior=_prior(run),
        checks=checked,
        proof_ok=proof_ok,
        verdict=_verdict(run.manifest["verdict"], proof_ok, checked),
    )


def _verdict(stated: str, proof_ok: bool, checked: Sequence[CheckLine]) -> str:
    sound = proof_ok and all(check.ok for check in checked if check.control)
    return stated if sound else "incomplete"


def _about(run: RunFolder) -> About:
    manifest = run.manifest
    config = tuple(ConfigLine(path, sha256) for path, sha256 in sorted(manifest["config"].items()))
    digest = content_id((part for line in config for part in (line.path, line.sha256)), RULES_HASH_DIGITS)
    return About(
        run_id=manifest["run_id"],
        run_key=manifest["run_key"],
        project=manifest["project"],
        as_of=date.fromisoformat(manifest["as_of"]),
        period=manifest["period"] or f"up to {manifest['as_of']}",
        previous_run=manifest["previous_run"],
        version=manifest["recon"],
        versions=tuple(sorted((str(k), str(v)) for k, v in manifest["versions"].items() if k != "recon")),
        rules_hash=digest,
        config=config,
        ingests=tuple(str(one) for one in manifest["inputs"]["ingests"]),
    )


def _files(run: RunFolder) -> tuple[FileLine, ...]:
    names = FileLine.__dataclass_fields__.keys()
    rows = run.scan("files").select(names).sort("source", "path", "file_id").collect().to_dicts()
    return tuple(FileLine(**row) for row in rows)


def _rulesets(run: RunFolder) -> tuple[RuleSetSummary, ...]:
    rates = rates_of(run)
    return tuple(
        RuleSetSummary(
            name=ruleset["name"],
            title=ruleset["title"] or ruleset["name"],
            left=" + ".join(ruleset["left"]),
            right=" + ".join(ruleset["right"]),
            right_sources=tuple(ruleset["right"]),
            passes=tuple(PassLine(**{name: made[name] for name in _PASS}) for made in ruleset["passes"]),
            **{name: int(ruleset["match_rate"][name]) for name in _RATE},
            rates=rates.get(ruleset["name"], ()),
        )
        for ruleset in run.manifest["rulesets"]
    )


_PASS = tuple(PassLine.__dataclass_fields__)
_RATE = ("left_count", "left_matched", "right_count", "right_matched")


def rates_of(run: RunFolder) -> dict[str, tuple[RateLine, ...]]:
    """Match rates per currency by absolute amount, so that refunds do not hide payments."""
    held: dict[tuple[str, str, str], list[tuple[bool, int, Decimal]]] = defaultdict(list)
    for matched, rows in ((True, tallies.members(run)), (False, tallies.open_items(run))):
        for row in rows:
            key = (row["ruleset"], row["currency"], row["side"])
            held[key].append((matched, row["count"], row["absolute"]))
    found: dict[str, list[RateLine]] = defaultdict(list)
    for (ruleset, currency, side), parts in sorted(held.items()):
        line = RateLine(
            side=side,
            currency=currency,
            count=sum(count for _, count, _ in parts),
            matched_count=sum(count for matched, count, _ in parts if matched),
            amount=tidy(total(amount for _, _, amount in parts)),
            matched_amount=tidy(total(amount for matched, _, amount in parts if matched)),
        )
        found[ruleset].append(line)
    return {ruleset: tuple(lines) for ruleset, lines in found.items()}


def _matches(run: RunFolder, rulesets: Sequence[RuleSetSummary]) -> tuple[MatchLine, ...]:
    order = {
        (ruleset.name, made.name): (at, nth)
        for at, ruleset in enumerate(rulesets)
        for nth, made in enumerate(ruleset.passes)
    }
    last = (len(rulesets), 0)
    lines = [MatchLine(**_exact(row)) for row in tallies.matches(run)]
    return tuple(sorted(lines, key=lambda line: order.get((line.ruleset, line.pass_name), last)))


def _exact(row: Row) -> Row:
    return {key: tidy(value) if isinstance(value, Decimal) else value for key, value in row.items()}


def _breaks(run: RunFolder, rulesets: Sequence[str]) -> tuple[BreakKindLine, ...]:
    order = {name: at for at, name in enumerate(rulesets)}
    rows = sorted(tallies.break_kinds(run), key=lambda row: order.get(row["ruleset"], len(order)))
    return tuple(BreakKindLine(**_exact(row)) for row in rows)


def _ageing(run: RunFolder) -> tuple[AgeingLine, ...]:
    held: dict[tuple[str, str], dict[int, tuple[int, Decimal]]] = defaultdict(dict)
    for row in tallies.ageing(run):
        held[row["currency"], row["kind"]][row["bucket"]] = (row["count"], tidy(row["amount"]))
    none = (0, Decimal(0))
    return tuple(
        AgeingLine(
            kind=kind,
            currency=currency,
            counts=tuple(buckets.get(nth, none)[0] for nth in range(len(BUCKETS))),
            amounts=tuple(buckets.get(nth, none)[1] for nth in range(len(BUCKETS))),
        )
        for (currency, kind), buckets in sorted(held.items())
    )


def _proof(run: RunFolder, rulesets: Sequence[str]) -> tuple[ProofLine, ...]:
    order = {name: at for at, name in enumerate(rulesets)}
    rows = sorted(tallies.proof(run), key=lambda row: order.get(row["ruleset"], len(order)))
    return tuple(ProofLine(**_exact(row)) for row in rows)


def _bridge(run: RunFolder) -> tuple[BridgeLine, ...]:
    rows = run.scan("bridge").sort("ruleset", "currency", "class", "side").collect().to_dicts()
    return tuple(
        BridgeLine(
            row["ruleset"], row["currency"], row["class"], row["side"], row["count"], tidy(row["amount"])
        )
        for row in rows
    )


def _prior(run: RunFolder) -> tuple[PriorLine, ...]:
    return tuple(
        PriorLine(
            period=row["period"],
            ruleset=row["ruleset"],
            side=row["side"],
            currency=row["currency"],
            count=row["count"],
            amount=tidy(Decimal(row["amount"])),
            open_count=row["open_count"],
            open_amount=tidy(Decimal(row["open_amount"])),
        )
        for row in run.manifest.get("prior", ())
    )


def _chains(run: RunFolder) -> tuple[ChainLine, ...]:
    return tuple(
        ChainLine(chain["name"], row["status"], row["currency"], int(row["count"]), Decimal(row["amount"]))
        for chain in run.manifest["chains"]
        for row in chain["statuses"]
    )
