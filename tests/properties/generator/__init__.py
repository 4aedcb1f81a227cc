"""Small incidents in which everything collides: few values, few instants, every rule in reach of every other."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from reference import Inputs, Line, Source

from .choosing import ByHypothesis, BySeed, Choose, chance, one_of
from .datasets import decide, make_datasets
from .interceptions import make_interceptions
from .logs import LOGS, make_coverage, make_line, make_log, make_routes, make_selectors
from .rhythms import add_deliveries, add_rhythm, add_signals
from .times import SEASONS, Season

PERSON_KEY = "5c" * 32
Rows = list[dict[str, str]]


@dataclass
class Case:
    """One incident: the incident file as a dict, and the rows of every file by its path."""

    incident: dict[str, Any]
    headers: dict[str, list[str]] = field(default_factory=dict)  # by file
    rows: dict[str, Rows] = field(default_factory=dict)  # by file
    window: str | None = None
    decided: list[list[str]] = field(default_factory=list)

    def files_of(self, source: dict[str, Any]) -> list[str]:
        """The files of one log or dataset."""
        paths = source["path"] if isinstance(source["path"], list) else [source["path"]]
        return [name for name in sorted(self.rows) if any(Path(name).match(path) for path in paths)]

    def read(self, source: dict[str, Any]) -> Source:
        """What the reference reads: every data line with the line number it has in its file."""
        lines: list[Line] = []
        columns: dict[str, None] = {}
        for name in self.files_of(source):
            first = 2 if name.endswith(".csv") else 1
            columns |= dict.fromkeys(self.headers[name])
            lines += [Line(name, first + number, dict(row)) for number, row in enumerate(self.rows[name])]
        files = self.files_of(source)
        return Source(list(columns), lines, self.text_of(files[0], files).encode() if len(files) == 1 else None)

    def text_of(self, name: str, files: list[str]) -> str:
        """What a file holds. A column may be left out where it is blank if every file has it somewhere."""
        may_lack = {
            column
            for column in self.headers[name]
            if all(any(row.get(column) for row in self.rows[file]) for file in files)
        }
        return rows_as_text(name, self.headers[name], self.rows[name], may_lack)

    def has_keyless_rows(self) -> bool:
        """Whether some dataset tells its rows apart by content only."""
        return any("key" not in dataset for dataset in self.incident["datasets"].values())

    def inputs(self) -> Inputs:
        """All rows, as the reference takes them."""
        logs = {name: self.read(log) for name, log in self.incident["logs"].items()}
        datasets = {name: self.read(dataset) for name, dataset in self.incident["datasets"].items()}
        decided = [(word, (one, key, "customer"), (other, other_key, "customer"))
                   for word, one, key, other, other_key in self.decided]  # fmt: skip
        return Inputs(logs, datasets, PERSON_KEY, decided)

    def write(self, folder: Path) -> Path:
        """Write the incident file and all its inputs; return the incident file's path."""
        folder.mkdir(parents=True, exist_ok=True)
        for source in [*self.incident["logs"].values(), *self.incident["datasets"].values()]:
            files = self.files_of(source)
            for name in files:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(self.text_of(name, files).encode())
        if self.decided:
            header = "decision,dataset,record_key,other_dataset,other_record_key"
            lines = [header, *(",".join(row) for row in self.decided)]
            (folder / "decisions.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "person.key").write_text(PERSON_KEY + "\n")
        path = folder / "incident.yaml"
        path.write_text(json.dumps(self.incident, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return path


def rows_as_text(name: str, header: list[str], rows: Rows, may_lack: set[str]) -> str:
    """CSV with all cells; JSON lines without the blank ones of some columns."""
    text = io.StringIO(newline="")
    if name.endswith(".csv"):
        writer = csv.DictWriter(text, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    for row in rows if not name.endswith(".csv") else []:
        kept = {column: row[column] for column in header if row[column] or column not in may_lack}
        text.write(json.dumps(kept, ensure_ascii=False) + "\n")
    return text.getvalue()


def place_rows(choose: Choose, case: Case, source: dict[str, Any], name: str, header: list[str], rows: Rows) -> None:
    """Spread the rows of one log or dataset over one or two files."""
    ending = one_of(choose, ["csv", "jsonl"])
    if len(rows) > 1 and chance(choose, 30):
        cut = choose.number(1, len(rows) - 1)
        parts = {f"in/{name}-1.{ending}": rows[:cut], f"in/{name}-2.{ending}": rows[cut:]}
        source["path"] = one_of(choose, [f"in/{name}-*.{ending}", list(parts)])
    else:
        parts = {f"in/{name}.{ending}": rows}
        source["path"] = f"in/{name}.{ending}"
    for path, part in parts.items():
        case.headers[path], case.rows[path] = header, part


def build_case(choose: Choose) -> Case:
    """Make one incident from some source of choices."""
    season: Season = one_of(choose, SEASONS)
    datasets, headers, rows = make_datasets(choose, season)
    names = LOGS[: choose.number(1, 3)]
    logs = {name: make_log(choose, season, name == names[0]) for name in names}
    routes = make_routes(choose, datasets, headers, names)
    for log in logs.values():
        coverage = make_coverage(choose, season)
        if coverage is not None:
            log["coverage"] = coverage
    incident: dict[str, Any] = {
        "incident": {"id": "case", "zone": season.zone, "window": season.window(choose)},
        "intruder": make_selectors(choose, logs, season, 75),
        "trusted": make_selectors(choose, logs, season, 35),
        "unattributed": one_of(choose, ["ignore", "possible"]),
        "logs": logs, "datasets": datasets, "routes": routes,
        "controllers": one_of(choose, [{}, {"Alpha": "Holding One", "Beta": "Holding Two"}]),
        "unlogged_copies": make_copies(choose, datasets, season),
        "identity": {
            "household_limit": one_of(choose, [6, 2, 1, 3]), "phone_region": "GB", "key_file": "person.key",
        },
        "limits": {"reject_share": 1.0},
    }  # fmt: skip
    case = Case(incident, decided=decide(choose, datasets, rows))
    if case.decided:
        incident["identity"]["decisions"] = "decisions.csv"
    for name, log in logs.items():
        header = [*log["columns"].values(), "comment"]
        lines = [make_line(choose, log, season, routes, datasets) for _ in range(choose.number(1, 7))]
        if chance(choose, 25):
            lines.append(dict(one_of(choose, lines)))
        add_rhythm(choose, log, header, lines, season)
        add_signals(choose, log, header, lines)
        add_deliveries(log, header, lines, season)
        place_rows(choose, case, log, name, header, lines)
    for name, dataset in datasets.items():
        place_rows(choose, case, dataset, name, headers[name], rows[name])
        if "generated_at" in dataset and len(case.files_of(dataset)) == 1 and chance(choose, 75):
            dataset["byte_exact"] = True
    incident["interceptions"] = make_interceptions(choose, datasets, headers, rows, season)
    # Few rows are left to one thread unless the incident says otherwise; neither may change a row.
    incident["limits"] |= one_of(choose, [{}, {"threads": 2}])
    return case


def make_copies(choose: Choose, datasets: dict[str, Any], season: Season) -> list[dict[str, Any]]:
    """Now and then a copy nobody logged."""
    if not chance(choose, 18):
        return []
    name = one_of(choose, list(datasets))
    ends = one_of(choose, [(season.days[0], season.days[1]), (season.exact(3), season.exact(5))])
    copy: dict[str, Any] = {"dataset": name, "from": ends[0], "until": ends[1]}
    if chance(choose, 40):
        copy["columns"] = [one_of(choose, list(datasets[name]["columns"]))]
    return [copy]


def case_by_seed(seed: int) -> Case:
    """The incident of a seed."""
    return build_case(BySeed(seed))


@st.composite
def cases(draw: DrawFn) -> Case:
    """Incidents that Hypothesis chooses and shrinks."""
    return build_case(ByHypothesis(draw))
