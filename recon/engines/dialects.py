"""How an engine writes each operation: one shared text, and a few hooks where engines differ.

Templates take their arguments by position. Everything that is not a hook is the same text on every engine.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from recon.engines.expressions import Call, Column, Expression, Literal
from recon.engines.names import identifier, text_literal
from recon.engines.types import DataType, Kind

SHARED = {
    "and": "({0} AND {1})",
    "or": "({0} OR {1})",
    "not": "(NOT {0})",
    "eq": "({0} = {1})",
    "ne": "({0} <> {1})",
    "lt": "({0} < {1})",
    "le": "({0} <= {1})",
    "gt": "({0} > {1})",
    "ge": "({0} >= {1})",
    "between": "({0} BETWEEN {1} AND {2})",
    "is_null": "({0} IS NULL)",
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    "neg": "(- {0})",
    "abs": "abs({0})",
    "if": "(CASE WHEN {0} THEN {1} ELSE {2} END)",
    "upper": "upper({0})",
    "lower": "lower({0})",
    "length": "length({0})",
    "first": "substring({0}, 1, {1})",
    "or_null": "nullif({0}, {1})",
    "as_money": "CAST({0} AS DECIMAL(24,8))",
    "as_sum": "CAST({0} AS DECIMAL(38,8))",
    "as_exact": "CAST({0} AS DECIMAL(38,16))",
}
VARIADIC = {"least", "greatest", "coalesce"}
JOINED = {"concat": " || ", "json_list": ", ", "hash_of": ", "}
_PADDED = "(' ' || {0} || ' ')"
WORDS_OF = "string_split({0}, ' ')"
TRIGRAMS_OF = f"list_distinct(list_transform(range(1, length({{0}}) + 1), lambda i: {_PADDED}[i:i + 2]))"
"""The parts of a plain name (see `plain_name`): its words, which are distinct, or its runs of three characters."""


BRANCHES = {"first_of", "choose"}


def _branches(operation: str, texts: list[str]) -> str:
    """The number of the first condition that holds, from 1; or the value of a number."""
    if operation == "first_of":
        branches = [f"WHEN {condition} THEN {place}" for place, condition in enumerate(texts, start=1)]
        return f"CAST(CASE {' '.join(branches)} END AS BIGINT)"
    branches = [f"WHEN {place} THEN {value}" for place, value in enumerate(texts[1:], start=1)]
    return f"(CASE {texts[0]} {' '.join(branches)} END)"


def _like(parts: str, whole: str) -> str:
    """How much two plain names have in common, in whole hundredths of what both have, or the shorter."""
    one, other = parts.format("{0}"), parts.format("{1}")
    shared = f"len(list_intersect({one}, {other}))"
    measured = {
        "both": f"(200 * {shared}) // (len({one}) + len({other}))",
        "shorter": f"(100 * {shared}) // least(len({one}), len({other}))",
    }
    return f"CAST({measured[whole]} AS BIGINT)"


def code_type(column: str) -> str:
    """The name of the type of a column that is kept as a code."""
    return identifier(f"{column}_code")


@dataclass(frozen=True)
class Dialect:
    """The hooks of one engine: templates of the operations that it writes its own way."""

    name: str
    hooks: dict[str, str] = field(default_factory=dict)
    types: dict[Kind, str] = field(default_factory=dict)

    def sql(self, expression: Expression) -> str:
        """The expression as this engine's SQL."""
        match expression:
            case Column(name=name, side=side):
                return f"{side}.{identifier(name)}" if side else identifier(name)
            case Literal():
                return self._literal(expression)
            case Call(operation=operation, arguments=arguments):
                texts = [self.sql(argument) for argument in arguments]
                if operation == "in":
                    return f"({texts[0]} IN ({', '.join(texts[1:])}))"
                if operation in VARIADIC:
                    return f"{operation}({', '.join(texts)})"
                if operation == "plain_name":
                    return self.hooks[operation].format(texts[0], ", ".join(texts[1:]) or "''")
                if operation == "one_of":
                    return f"CAST({texts[0]} AS ENUM({', '.join(texts[1:])}))"
                if operation == "coded":
                    return f"CAST({texts[0]} AS {self.type(expression.type)})"
                if operation in BRANCHES:
                    return _branches(operation, texts)
                if operation in JOINED:
                    return self.hooks[operation].format(JOINED[operation].join(texts))
                return (self.hooks.get(operation) or SHARED[operation]).format(*texts)
        raise TypeError(f"no rendering for {expression!r}")

    def type(self, type_: DataType) -> str:
        """The name of a type on this engine."""
        if type_.kind is Kind.DECIMAL:
            return f"DECIMAL({type_.precision},{type_.scale})"
        if type_.code:
            return code_type(type_.code)
        if type_.kind is Kind.INTEGER and type_.precision:
            return "TINYINT" if type_.precision == 1 else "INTEGER"
        return self.types[type_.kind]

    def _literal(self, expression: Literal) -> str:
        value = expression.value
        if value is None:
            return f"CAST(NULL AS {self.type(expression.type)})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, Decimal):
            return f"CAST('{value:f}' AS {self.type(expression.type)})"
        if isinstance(value, date):
            return f"DATE '{value.isoformat()}'"
        return str(value) if isinstance(value, int) else text_literal(value)


DUCKDB = Dialect(
    name="duckdb",
    hooks={
        "trim": "trim({0}, ' ')",
        "last": "right({0}, {1})",
        "edits": "levenshtein({0}, {1})",
        "contains": "contains({0}, {1})",
        "starts_with": "starts_with({0}, {1})",
        "ends_with": "ends_with({0}, {1})",
        "rx_is": "regexp_matches({0}, {1})",
        "rx_get": "nullif(regexp_extract({0}, {1}, 1), '')",
        "rx_all": "regexp_replace({0}, {1}, {2}, 'g')",
        "without_zeros": "coalesce(nullif(ltrim({0}, '0'), ''), left({0}, 1))",
        # O is read as 0, and zeros that begin a number are not read
        "as_misread": "nullif(regexp_replace(replace({0}, 'O', '0'), '(^|[^0-9])0+', '\\1', 'g'), '')",
        "days": "CAST({1} - {0} AS BIGINT)",
        "add_days": "CAST({0} + CAST({1} AS INTEGER) AS DATE)",
        "day_of": "CAST({0} AS DATE)",
        "attribute": "map_extract_value({0}, {1})",
        "concat": "({0})",
        "json_list": "CAST(to_json([{0}]) AS VARCHAR)",
        "json_text": "coalesce(CAST(to_json({0}) AS VARCHAR), 'null')",
        "plain_name": "nullif(array_to_string(list_sort(list_distinct(list_filter(string_split(regexp_replace("
        "regexp_replace(upper(strip_accents({0})), '[.''\u2019]', '', 'g'), '[^\\p{{L}}\\p{{N}}]+', ' ', 'g'), ' '), "
        "lambda w: w <> '' AND w NOT IN ({1})))), ' '), '')",
        "like_words": _like(WORDS_OF, "both"),
        "like_words_of_shorter": _like(WORDS_OF, "shorter"),
        "like_trigrams": _like(TRIGRAMS_OF, "both"),
        "like_trigrams_of_shorter": _like(TRIGRAMS_OF, "shorter"),
        "shared_words": "CAST(to_json(list_sort(list_intersect("
        f"{WORDS_OF}, {WORDS_OF.format('{1}')}))) AS VARCHAR)",
        "hash_of": "hash({0})",
        "pair_id": "xor(xor({0}, {1}), CAST('0x' || {2} AS HUGEINT))",
        "row_of": "CAST('0x' || {0} AS HUGEINT)",
        # padding costs more than the rest, and one id in sixteen needs it
        "entry_of": f"CASE WHEN {{0}} >= {16**23} THEN lower(to_hex({{0}})) "
        "ELSE lpad(lower(to_hex({0})), 24, '0') END",
        "as_text": "CAST({0} AS VARCHAR)",
        "as_number": "CASE WHEN regexp_matches({0}, '^[0-9]{{1,15}}([.][0-9]{{1,8}})?$') "
        "THEN TRY_CAST({0} AS DECIMAL(24,8)) END",
        "round_half_even": "CAST(round_even({0}, {1}) AS DECIMAL(38,16))",
        "round_half_up": "CAST(round({0}, {1}) AS DECIMAL(38,16))",
        "round_down": "CAST(trunc({0}, {1}) AS DECIMAL(38,16))",
        "bucket": "CAST(CAST({0} AS DECIMAL(38,8)) * 100000000 AS HUGEINT) "
        "// CAST(CAST({1} AS DECIMAL(38,8)) * 100000000 AS HUGEINT)",
    },
    types={
        Kind.TEXT: "VARCHAR",
        Kind.INTEGER: "BIGINT",
        Kind.DATE: "DATE",
        Kind.TIME: "TIMESTAMP",
        Kind.TRUTH: "BOOLEAN",
        Kind.ROW: "HUGEINT",
        Kind.ATTRIBUTES: "MAP(VARCHAR, VARCHAR)",
    },
)
