"""What a person reads: the summary of a run or a check, a table of answers, the catalogue of steps, the progress.

Draws what it is given, within 80 columns, and must not know how any of it was found. Texts from the inputs (brand
names, titles) are hostile: control and direction characters are taken out, markup is never read from them.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from shutil import get_terminal_size
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from pipeline.steps import Step

Drawing = RenderableType

WIDTH, NARROWEST = 80, 40
WIDE_ENOUGH = 64
# Seconds after which who waits for a line is told which table is being made.
SILENCE = 60
NUMBER = re.compile(r"(-?[0-9.]+)?")
GRADES = ("confirmed", "likely", "possible")
GRADE_MEANINGS = {
    "confirmed": "the intruder read it: shown exactly",
    "likely": "the intruder read it: shown as an upper bound",
    "possible": "nothing shows it, but nothing rules it out",
}
VERDICTS = {
    "customer_data_read": "CUSTOMER DATA WAS READ",
    "no_customer_data_read": "NO CUSTOMER DATA WAS READ: complete logs show it",
    "undetermined": "UNDETERMINED: no read is shown, but it cannot be ruled out",
}
OUTCOMES = {
    "outside_window": "outside the window",
    "trusted": "verified as our own activity",
    "unattributed": "not the intruder's by any selector",
    "not_a_read": "not a read (write, listing, count, log-in …)",
    "denied": "denied",
    "failed": "failed",
    "redirected": "redirected elsewhere",
    "not_modified": "not modified, so nothing was sent",
    "no_content": "answered without content",
    "nothing_delivered": "delivered nothing",
    "unclaimed": "a resource that no dataset claims",
    "not_the_resource": "the body was something else (a log-in page …)",
    "key_read": "read a key, no records",
    "reached_nobody": "reached no record",
    "no_personal_field": "delivered no personal field",
    "no_value": "held no value in what was delivered",
    "masked_only": "held only masked values",
    "rejected": "could not be read",
    "delivered_again": "a line delivered again: one event",
    "unresolved": "read, but no known record or dataset stands for it",
}


def plain(text: object) -> str:
    """Return `text` on one line, without characters that steer a terminal or turn the reading direction."""
    letters = str(text).translate(str.maketrans("\t\r\n", "   "))
    return "".join("·" if unicodedata.category(letter).startswith("C") else letter for letter in letters)


def draw(*parts: RenderableType, terminal: bool = False, width: int | None = None) -> str:
    """Return the parts as text, in a narrow terminal as wide as that; with colour only for one that wants it."""
    console = Console(
        file=StringIO(), width=width or _room(), force_terminal=terminal, highlight=False, markup=False, emoji=False
    )
    for part in parts:
        console.print(part, crop=False)
    written = console.file.getvalue()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in str(written).splitlines()) + "\n"


def _room() -> int:
    """Say how many columns the terminal has for us: never more than a page, never so few that words break."""
    return max(NARROWEST, min(WIDTH, get_terminal_size((WIDTH, 24)).columns))


def summarise_run(summary: Mapping[str, Any]) -> list[RenderableType]:
    """Draw a run's summary: the verdict first, then who, what, how sure, what is left to decide, and where it lies."""
    parts: list[RenderableType] = [_verdict(summary), _about(summary)]
    parts += [_note(sentence) for sentence in summary["notes"]]
    if summary["people"]["total"]:
        parts += [_people(summary["people"]), _brands(summary["brands"]), _fields(summary["fields"])]
    parts += [_excluded(summary["excluded"]), _questions(summary["open_questions"]), _ending(summary)]
    return parts


def summarise_check(found: Mapping[str, Any]) -> list[RenderableType]:
    """Draw what a check read: for each log its lines, rejects and stamps, for each dataset its records and brands."""
    window = "without a window" if found["window"] is None else "from {} to before {} (UTC)".format(*found["window"])
    about = Group(Text(plain(found["incident_id"]), style="bold"), Text(window))
    logs = _table()
    logs.add_column("log", ratio=1)
    for heading in ("lines", "rejects"):
        logs.add_column(heading, justify="right")
    logs.add_column("first and last event (UTC)")
    for log in found["logs"]:
        stamps = f"{log['first_event_at'] or 'none'}\n{log['last_event_at'] or ''}"
        logs.add_row(_text(log["log"]), *_counts(log, "lines", "rejects"), Text(stamps))
    datasets = _table()
    datasets.add_column("dataset", ratio=1)
    for heading in ("files", "lines", "rejects", "records", "brands"):
        datasets.add_column(heading, justify="right")
    for dataset in found["datasets"]:
        counts = _counts(dataset, "files", "lines", "rejects", "records", "brands")
        datasets.add_row(_text(dataset["dataset"]), *counts)
    told = Text("\nThe inputs can be read. Nothing was scoped and nothing was written.")
    notes = [_note(sentence) for sentence in found["notes"]]
    return [about, *notes, _block("Logs", logs), _block("Datasets", datasets), told]


def tabulate(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    """Draw an answer's rows under their columns' names, each row on one line."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    kept = list(rows)
    for number, column in enumerate(columns):
        is_number = all(NUMBER.fullmatch(row[number]) for row in kept)
        table.add_column(_text(column), no_wrap=True, overflow="crop", justify="right" if is_number else "left")
    for row in kept:
        table.add_row(*map(_text, row))
    return table


def width_of(part: RenderableType) -> int:
    """Return how many columns `part` needs to stand without folding."""
    console = Console(file=StringIO(), width=10_000)
    return console.measure(part).maximum


def draw_steps(steps: Iterable[Step]) -> RenderableType:
    """Draw the SQL catalogue floor by floor: each table, its first comment line, what it reads."""
    from pipeline.steps import FLOORS

    table = _table()
    table.add_column("floor")
    table.add_column("table, what a row is, and what it reads", ratio=1)
    floor = ""
    for step in sorted(steps, key=lambda step: FLOORS.index(step.floor)):
        reads = f"reads {', '.join(step.reads)}" if step.reads else "reads nothing"
        told = Text.assemble((step.name, "bold"), f"\n{plain(step.grain)}\n", (reads, "dim"))
        table.add_row("" if step.floor == floor else step.floor, told)
        floor = step.floor
    return table


class Progress:
    """Tells on `stream` where the run is: a moving line on a terminal, plain lines elsewhere, nothing if `quiet`."""

    def __init__(self, stream: IO[str], *, quiet: bool = False) -> None:
        self._stream = stream
        self._quiet = quiet
        self._held = ""
        self._told_at = time.monotonic()
        terminal = not quiet and stream.isatty()
        console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._moving = console.status("starting") if terminal and not console.is_dumb_terminal else None

    def __enter__(self) -> Progress:
        """Start the moving line, if there is one."""
        if self._moving:
            self._moving.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Take the moving line away, whatever happened."""
        if self._moving:
            self._moving.stop()
        self._let_go()

    def report(self, stage: str, count: int, step: str = "") -> None:
        """Tell that `stage` is at work, with `count` lines or rows so far (0: not counted), and the `step` it is at.

        Where nothing moves, steps are told only of a run that has said nothing for a while.
        """
        told = f"{plain(stage)}  {count:,}" if count else f"{plain(stage)}  {step}".rstrip()
        if self._moving:
            self._moving.update(Text(told))
            return
        if step and time.monotonic() - self._told_at < SILENCE:
            return
        if not count or not self._held.startswith(f"{plain(stage)}  "):
            self._let_go()
        self._held = told
        if not count:
            self._let_go()

    def _let_go(self) -> None:
        """Write the line that was held back: of a stage that counts on, only the last count is told."""
        if self._held and not self._quiet:
            self._stream.write(f"scope: {self._held}\n")
            self._stream.flush()
            self._told_at = time.monotonic()
        self._held = ""


def _text(value: object, style: str = "") -> Text:
    return Text(plain(value), style=style)


def _counts(row: Mapping[str, Any], *columns: str) -> list[str]:
    return [f"{row[column] or 0:,}" for column in columns]


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")


def _number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _block(title: str, table: RenderableType) -> RenderableType:
    return Group(Text(""), Text(title, style="bold"), Padding(table, (0, 0, 0, 2)))


def _verdict(summary: Mapping[str, Any]) -> RenderableType:
    sentence = VERDICTS.get(summary["verdict"], summary["verdict"])
    people = summary["people"]
    grades = ", ".join(f"{people[grade]:,} {grade}" for grade in GRADES if people[grade])
    told = f"{sentence}.\n{_number(people['total'], 'person', 'people')}: {grades}." if grades else f"{sentence}."
    return Text(told, style="bold")


def _about(summary: Mapping[str, Any]) -> RenderableType:
    start, end = summary["window"]
    title = f"  {plain(summary['title'])}" if summary["title"] else ""
    return Group(Text(f"{plain(summary['incident_id'])}{title}"), Text(f"from {start} to before {end} (UTC)"))


def _note(sentence: str) -> RenderableType:
    return Text(f"Note: {plain(sentence)}", style="yellow")


def _people(people: Mapping[str, int]) -> RenderableType:
    table = _table()
    table.add_column("grade")
    table.add_column("people", justify="right")
    table.add_column("which means")
    for grade in GRADES:
        table.add_row(grade, f"{people[grade]:,}", GRADE_MEANINGS[grade])
    return _block("People, by the best grade of each", table)


def _brands(brands: Sequence[Mapping[str, Any]]) -> RenderableType:
    rows = sum(brand["rows"] for brand in brands)
    title = f"Brands: {_number(rows, 'row', 'rows')}, one for each person, brand and controller"
    if _room() < WIDE_ENOUGH:
        told = [f"{_brand(brand)}: {_number(brand['rows'], 'person', 'people')}" for brand in brands]
        return _block(title, Group(*(Text(text) for text in told)))
    table = _table()
    table.add_column("brand", ratio=3)
    table.add_column("controller", ratio=3)
    for heading in ("people", *GRADES):
        table.add_column(heading, justify="right")
    for brand in brands:
        table.add_row(_text(brand["brand"]), _text(brand["controller"]), *_counts(brand, "rows", *GRADES))
    return _block(title, table)


def _brand(brand: Mapping[str, Any]) -> str:
    return f"{plain(brand['brand'])} ({plain(brand['controller'])})"


def _fields(fields: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = _table()
    table.add_column("people", justify="right")
    table.add_column("field")
    table.add_column("")
    for field in fields:
        unreadable = field.get("protected_people", 0)
        aside = f"unreadable (masked, hashed …) for {unreadable:,} of them" if unreadable else ""
        table.add_row(f"{field['people']:,}", _text(field["label"]), aside)
    return _block("What was exposed", table)


def _excluded(excluded: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not excluded:
        return _block("Not counted as exposure", Text("nothing"))
    table = _table()
    table.add_column("count", justify="right")
    table.add_column("of")
    table.add_column("why")
    for item in excluded:
        table.add_row(f"{item['count']:,}", _text(item["stage"]), _text(OUTCOMES.get(item["outcome"], item["outcome"])))
    return _block("Not counted as exposure, and why", table)


def _questions(questions: Sequence[Mapping[str, Any]]) -> RenderableType:
    if not questions:
        return _block("Open questions", Text("none"))
    table = _table()
    table.add_column("people", justify="right")
    table.add_column("question", ratio=1)
    for question in questions:
        about = f"{question['about']}: " if question["about"] else ""
        table.add_row(f"{question['people_count']:,}", _text(f"{about}{question['question']}"))
    return _block(f"Open questions: {len(questions)}, by how many people hang on each", table)


def _ending(summary: Mapping[str, Any]) -> RenderableType:
    longest = sorted(summary["timings"].items(), key=lambda step: (-step[1], step[0]))[:3]
    steps = ", ".join(f"{plain(step)} {seconds:.1f} s" for step, seconds in longest)
    folder = plain(summary["folder"])
    files = _number(len(summary["brands"]), "file", "files")
    took = Text(f"\nTook {summary['seconds']:.1f} s" + (f" ({steps})." if steps else "."))
    where = (f"Tables:    {folder}", f"Exposures: {folder}/exposures ({files}, one for each brand)")
    return Group(took, *(Text(line, no_wrap=True, overflow="ignore") for line in where))
