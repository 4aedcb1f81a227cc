"""What the text cells of a column can be: numbers, instants, truth values or only text, and whether blanks are nulls.

Exports are text, and a database compares by type. A column's type is the one that is declared; otherwise every type
that all of its cells can have is held possible, and a comparison is sure where all of them agree.
"""

from __future__ import annotations

from dataclasses import dataclass

TYPES = ("text", "number", "instant", "boolean")
DECLARED = {"text": "text", "number": "number", "date": "instant", "timestamp": "instant", "boolean": "boolean"}

NUMBER, STAMP = "decimal(38, 9)", "timestamp"
_NUMBER = r"'[+-]?[0-9]{1,28}(\.[0-9]{1,9})?'"
_CANONICAL = r"'0|-?[1-9][0-9]{0,27}'"
_DATE = r"'[0-9]{4}-[0-9]{2}-[0-9]{2}'"
_SECONDS = r"'[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}'"
_UUID = r"'[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'"
_TRUTH = "('true', 'false', 't', 'f', '1', '0', 'yes', 'no', 'y', 'n')"
TRUE_WORDS = "('true', 't', '1', 'yes', 'y')"


@dataclass(frozen=True, slots=True)
class Facts:
    """What holds of all filled cells of one column."""

    declared: str | None = None
    is_number: bool = False
    is_canonical: bool = False
    is_instant: bool = False
    is_boolean: bool = False
    shape: str = ""
    is_plain: bool = False
    is_ascii: bool = False
    has_null: bool = True
    has_blank: bool = True
    is_blank_unclear: bool = False

    @property
    def types(self) -> tuple[str, ...]:
        """List the types the column may have had, the declared one alone if there is one."""
        if self.declared is not None:
            return (self.declared,)
        could = {"text": True, "number": self.is_number, "instant": self.is_instant, "boolean": self.is_boolean}
        return tuple(name for name in TYPES if could[name])


def facts_sql(column: str, asked: tuple[bool, ...] | None = None) -> str:
    """Write the aggregates that `facts_of` reads, over one text column of ours.

    `asked` says which tests are worth asking, because a few cells have passed them; without it all are asked, and no
    cell at all passes.
    """
    every = [
        f"regexp_full_match({column}, {_NUMBER})",
        f"regexp_full_match({column}, {_CANONICAL})",
        f"try_cast({column} as {STAMP}) is not null and not regexp_matches({column}, '(Z|[+-][0-9:]{{2,5}})$')"
        f" or regexp_full_match({column}, {_DATE})",
        f"lower({column}) in {_TRUTH}",
        f"regexp_full_match({column}, {_DATE})",
        f"regexp_full_match({column}, {_SECONDS})",
        f"regexp_full_match({column}, {_UUID})",
        f"regexp_full_match({column}, '[0-9a-z]*')",
        f"regexp_full_match({column}, '[ -~]*')",
    ]
    rule = f"filter (where {column} <> '')"
    otherwise = "true" if asked is None else "false"
    parts = [
        f"coalesce(bool_and({test}) {rule}, {otherwise})" if asked is None or asked[place] else "false"
        for place, test in enumerate(every)
    ]
    return ", ".join(
        [*parts, f"coalesce(bool_or({column} is null), false)", f"coalesce(bool_or({column} = ''), false)"]
    )


def number_sql(column: str, is_whole: bool) -> str:
    """Write a text column's numbers as decimals; null for a blank.

    DuckDB casts text to a wide decimal some two hundred times slower than to a narrow one, so each cell takes the
    narrowest way that holds it; a whole number that is too wide for the narrow one goes through an integer.
    """
    text = f"nullif({column}, '')"
    ways = [f"cast(try_cast({text} as decimal(18, 9)) as {NUMBER})"]
    ways += [f"cast(try_cast({text} as bigint) as {NUMBER})"] if is_whole else []
    return f"coalesce({', '.join([*ways, f'try_cast({text} as {NUMBER})'])})"


def facts_of(row: tuple[bool, ...], declared: str | None, blank: str | None) -> Facts:
    """Read what `facts_sql` found. `blank` says what a blank cell means: 'missing', 'text', or nobody knows."""
    number, canonical, instant, boolean, date, seconds, uuid, plain, ascii_only, has_null, has_blank = row
    shape = "date" if date else "seconds" if seconds else "uuid" if uuid else ""
    kind = DECLARED[declared] if declared is not None else None
    could = {None: True, "text": True, "number": number, "instant": instant, "boolean": boolean}
    if not could[kind]:
        kind = None  # what is declared cannot be; nothing is built on it
    is_unclear = has_blank and blank is None and kind in (None, "text")
    return Facts(
        kind, number, canonical, instant, boolean, shape, plain, ascii_only,
        has_null or (has_blank and (blank == "missing" or kind not in (None, "text"))), has_blank, is_unclear,
    )  # fmt: skip
