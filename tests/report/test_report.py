"""The report: figures equal to the tables, nothing of anybody in it, harmless whatever a brand is called, sound in a browser."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import subprocess
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import vl_convert

from pipeline.cli import main
from pipeline.report import charts, make_report
from pipeline.report.figures import gather
from pipeline.run import run_incident
from tests.cli.conftest import CRM, INCIDENT, LOG

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
HOSTILE = (
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "a\u202eb",
    "'\"><img src=x onerror=alert(1)>",
    "&amp; {{ 7*7 }}",
)


class Page(HTMLParser):
    """The page as a browser reads it: tags, attributes that could load something, and tables by caption."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: dict[str, int] = defaultdict(int)
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self._path: list[str] = []
        self._caption = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "action", "data")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self._path.append(tag)
        if tag == "table":
            self._caption = ""
        if tag == "tr" and self._caption:
            self.tables[self._caption].append([])
        if tag in ("td", "th") and self._caption:
            self.tables[self._caption][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._path and self._path.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "caption" in self._path and "table" in self._path:
            self._caption += data
            self.tables.setdefault(self._caption, [])
        elif self._caption and {"td", "th"} & set(self._path) and self.tables[self._caption]:
            self.tables[self._caption][-1][-1] += data

    def rows(self, caption: str) -> list[list[str]]:
        return [row for row in self.tables[caption][1:] if row]


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "out"
    return run_incident(SAMPLE / "incident.yaml", None, out, check_expectations=False).folder


@pytest.fixture(scope="session")
def text(sample_run: Path) -> str:
    return make_report(sample_run)


def table(run: Path, name: str) -> list[dict[str, Any]]:
    files = sorted((run / name).glob("*.parquet")) if (run / name).is_dir() else [run / f"{name}.parquet"]
    return [row for path in files for row in pq.ParquetFile(path).read().to_pylist()]


def number(cell: str) -> int:
    return int(cell.strip("*").replace(",", ""))


def test_the_figures_are_those_of_the_tables(sample_run: Path, text: str) -> None:
    page = Page(text)
    people = [row["grade"] for row in table(sample_run, "people")]
    told = {row[0]: number(row[2]) for row in page.rows("People by their best grade")}
    assert told == {grade: people.count(grade) for grade in ("confirmed", "likely", "possible")}
    exposures = table(sample_run, "exposures")
    brands = {
        (row[0], row[1]): [number(cell) for cell in row[2:]] for row in page.rows("People by brand and controller")
    }
    for (brand, controller), cells in brands.items():
        grades = [row["grade"] for row in exposures if (row["brand"], row["controller"]) == (brand, controller)]
        assert cells == [len(grades), *(grades.count(grade) for grade in ("confirmed", "likely", "possible"))]
    assert sum(cells[0] for cells in brands.values()) == len(exposures)
    heat = page.rows("People by brand and kind of data")
    assert sum(number(cell) for row in heat for cell in row[1:] if cell) == len(table(sample_run, "exposure_fields"))
    questions = table(sample_run, "open_questions")
    asked = sorted(number(row[3]) for row in page.rows("Open questions, by how many people hang on each"))
    assert asked == sorted(row["people_count"] for row in questions)
    funnel = table(sample_run, "funnel")
    counted = sorted(number(row[2]) for row in page.rows("What became of everything"))
    assert counted == sorted(row["item_count"] for row in funnel)
    assert len(page.rows("Coverage of each log, in UTC")) == len(table(sample_run, "coverage"))


def test_nobody_known_under_another_brand_counts_as_living_nowhere(sample_run: Path) -> None:
    known = {row["person_id"] for row in table(sample_run, "exposures") if row["residence"]}
    everybody = {row["person_id"] for row in table(sample_run, "exposures")}
    told = {row["residence"]: row["people"] for row in gather(sample_run)["residence"]}
    assert told[""] == len(everybody - known)
    assert len(everybody - known) > 0


def test_each_run_holds_its_report_and_the_same_figures(sample_run: Path, text: str) -> None:
    own = (sample_run / "report.html").read_text(encoding="utf-8")
    assert (sample_run / "report.html").stat().st_mode & 0o777 == 0o600
    told, asked = Page(own), Page(text)
    assert told.tables == asked.tables
    assert "This file is sealed with its run" in own
    assert sample_run.name not in own
    manifest = json.loads((sample_run / "manifest.json").read_bytes())
    (sealed,) = [item for item in manifest["outputs"] if item["file"] == "report.html"]
    assert sealed == {
        "file": "report.html",
        "row_count": None,
        "byte_count": len(own.encode()),
        "sha256": hashlib.sha256(own.encode()).hexdigest(),
    }


def test_no_font_of_the_machine_moves_anything(sample_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run's bytes must not tell which fonts were there: labels as wide as can be leave all places as they are."""
    figures = gather(sample_run)
    before = charts.draw_charts(figures, 1)
    sound = vl_convert.vegalite_to_svg

    def widened(chart: dict[str, Any]) -> str:
        text = json.dumps(chart).replace('"sans-serif"', '"monospace"')
        return str(sound(json.loads(text))).replace("monospace", "sans-serif")

    monkeypatch.setattr(vl_convert, "vegalite_to_svg", widened)
    assert charts.draw_charts(figures, 1) == before


def test_the_bounds_and_the_verdict_stand_first(sample_run: Path, text: str) -> None:
    grades = [row["grade"] for row in table(sample_run, "people")]
    bounds = [number(found) for found in re.findall(r"<li><b>([0-9,]+)</b>", text)]
    assert bounds == [grades.count("confirmed"), len(grades) - grades.count("possible"), len(grades)]
    assert "<h1>Customer data was read.</h1>" in text


def test_nothing_is_loaded_and_nothing_runs(text: str) -> None:
    page = Page(text)
    assert "default-src 'none'" in text
    assert not page.tags.keys() & {
        "script",
        "link",
        "iframe",
        "img",
        "object",
        "embed",
        "base",
        "form",
        "foreignobject",
    }
    assert page.links == ["#main"]
    assert not page.handlers
    outside = set(re.findall(r"https?://[^\s\"'<)]+", text)) - {"http://www.w3.org/2000/svg"}
    assert not outside
    assert "@import" not in text
    assert not re.findall(r"url\((?!#)", text)
    assert len(text) < 400_000


def test_screen_readers_and_keyboards_find_everything(text: str) -> None:
    page = Page(text)
    assert '<html lang="en">' in text
    assert page.tags["h1"] == page.tags["main"] == 1
    assert page.tags["caption"] == page.tags["table"] == len(page.tables)
    assert text.count('scope="col"') > page.tags["table"]
    assert text.count('<div class="scroll" role="region" tabindex="0" aria-label=') == page.tags["table"]
    assert text.count('aria-hidden="true"') >= page.tags["svg"]
    identities = re.findall(r'\sid="([^"]+)"', text)
    assert len(identities) == len(set(identities))


def test_nobodys_value_and_nobodys_id_is_in_it(sample_run: Path, text: str) -> None:
    values: set[str] = set()
    for path in (*SAMPLE.glob("lists/*.csv"), *SAMPLE.glob("crm/*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            values |= {row.get(name) or "" for row in csv.DictReader(file) for name in ("email", "street", "phone")}
    assert not {value for value in values if len(value) > 6 and value in text}
    assert not re.search(r"\bp[0-9a-f]{20}\b", text)
    assert "example.com" not in text


def test_small_counts_are_not_told(sample_run: Path) -> None:
    page = Page(make_report(sample_run, smallest=5))
    people_columns = {
        "People by brand and controller": (2, 3, 4, 5),
        "Why no surer: people under any brand, by grade and reason": (2,),
        "Open questions, by how many people hang on each": (3,),
    }
    cells = [row[number] for name, numbers in people_columns.items() for row in page.rows(name) for number in numbers]
    cells += [cell for row in page.rows("People by brand and kind of data") for cell in row[1:] if cell]
    assert "< 5" in cells
    assert not [cell for cell in cells if "<" not in cell and number(cell) % 5]


def values(cell: str) -> range:
    """What a told count may have been, to somebody who knows how counts are told."""
    told = 0 if "<" in cell else number(cell)
    return range(1, 5) if "<" in cell else range(max(told - 2, 5), told + 3) if told else range(1)


def test_no_small_count_follows_from_the_others(sample_run: Path) -> None:
    """Whoever subtracts what is told from its total is left with all that a small count may be, or nearly."""
    text = make_report(sample_run, smallest=5)
    page = Page(text)
    exact = {tuple(row[:2]): row[2:] for row in Page(make_report(sample_run)).rows("People by brand and controller")}
    for row in page.rows("People by brand and controller"):
        total, *parts = map(values, row[2:])
        for place, part in enumerate(parts):
            if "<" in row[3 + place]:
                rest = [other for number, other in enumerate(parts) if number != place]
                least, most = sum(min(other) for other in rest), sum(max(other) for other in rest)
                left = [value for value in part if total[0] - most <= value <= total[-1] - least]
                assert len(left) > 1, row
                assert number(exact[row[0], row[1]][1 + place]) in left
    header = [number(found) for found in re.findall(r"<li><b>([0-9,]+)</b>", text)]
    assert header
    assert not [count for count in header if count % 5]
    told = re.findall(r'style="background: rgba\(var\(--heat\), ([0-9.]+)\)">(&lt; 5)?', text)
    assert {shade for shade, small in told if small} == {"0.06"}, "a shade tells no share of those not told"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 reckons it."""

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_what_is_drawn_stands_out_from_the_paper_in_light_and_dark_and_print(text: str) -> None:
    """Text by 4.5 to 1, shapes by 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11)."""
    blocks = re.findall(r":root \{(.*?)\}", text, re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        short = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", block))
        colours = {name: "#" + "".join(2 * sign for sign in value[1:]) if len(value) == 4 else value
                   for name, value in short.items()}  # fmt: skip
        paper = colours["paper"]
        assert min(contrast(colours[name], paper) for name in ("ink", "quiet", "accent")) >= 4.5
        assert contrast(colours["quiet"], colours["panel"]) >= 4.5
        shapes = ("confirmed", "likely", "possible", "covered", "gap", "silent")
        assert min((contrast(colours[name], paper), name) for name in shapes) >= (3, "")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    lines = [
        f'{number},"{brand.replace(chr(34), chr(34) * 2)}",x{number}@mail.example.com,Ann'
        for number, brand in enumerate(HOSTILE)
    ]
    requests = "\n".join(f"2026-03-28T10:00:0{n}Z,203.0.113.7,GET,/customers/{n},200,5" for n in range(len(HOSTILE)))
    title = "title: '<img src=x onerror=alert(2)>'"
    (tmp_path / "incident.yaml").write_text(INCIDENT.replace("title: A tiny one", title), encoding="utf-8")
    (tmp_path / "crm.csv").write_text("\n".join([CRM.splitlines()[0], *lines, ""]), encoding="utf-8")
    (tmp_path / "web.csv").write_text(LOG.splitlines()[0] + "\n" + requests + "\n", encoding="utf-8")
    return run_incident(tmp_path / "incident.yaml", None, tmp_path / "out", check_expectations=False).folder


def test_hostile_names_are_harmless(hostile: Path) -> None:
    text = make_report(hostile)
    page = Page(text)
    assert not page.tags.keys() & {"script", "img"}
    assert not page.handlers
    assert "\u202e" not in text
    told = {row[0] for row in page.rows("People by brand and controller")}
    assert told == {name.replace("\u202e", "·") for name in HOSTILE}


def test_the_door(sample_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = sample_run.parents[1]
    assert main(["report", "--out", str(out)]) == 0
    written = Path(capsys.readouterr().out.strip())
    assert written == out / "reports" / f"{sample_run.name}.html"
    assert written.stat().st_mode & 0o777 == 0o600
    first = written.read_bytes()
    assert main(["report", sample_run.name, "--to", str(tmp_path / "again.html"), "--out", str(out)]) == 0
    assert (tmp_path / "again.html").read_bytes() == first
    capsys.readouterr()
    assert main(["report", "--to", "/dev/null/x.html", "--out", str(out)]) == 6


def test_a_run_with_nobody_in_it(tmp_path: Path) -> None:
    (tmp_path / "incident.yaml").write_text(INCIDENT, encoding="utf-8")
    (tmp_path / "crm.csv").write_text(CRM, encoding="utf-8")
    (tmp_path / "web.csv").write_text(LOG.replace("/customers/7,200", "/customers/7,403"), encoding="utf-8")
    run = run_incident(tmp_path / "incident.yaml", None, tmp_path / "out", check_expectations=False).folder
    assert "No customer data was read: complete logs show it." in make_report(run)


CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-default-apps", "--disable-sync", "--disable-extensions",
)  # fmt: skip


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the report is not looked at in a browser")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("wide", ["--window-size=1280,4000"]),
        ("phone", ["--window-size=500,8000"]),
        ("dark", ["--window-size=1280,4000", "--blink-settings=preferredColorScheme=0"]),
        ("printed", []),
    ],
)
def test_in_a_browser(name: str, options: list[str], text: str, tmp_path: Path) -> None:
    """No console error, no request leaves the file, and there is something to see."""
    page, drawn, net = (
        tmp_path / "report.html",
        tmp_path / (f"{name}.pdf" if name == "printed" else f"{name}.png"),
        tmp_path / "net.json",
    )
    page.write_text(text, encoding="utf-8")
    view = f"--print-to-pdf={drawn}" if name == "printed" else f"--screenshot={drawn}"
    command = [str(CHROMIUM), *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", *options]
    done = subprocess.run(
        [*command, f"--log-net-log={net}", view, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0
    assert "CONSOLE" not in done.stderr
    assert drawn.stat().st_size > 20_000
    urls = set(re.findall(r'"url":\s*"((?:https?|wss?|ftp):[^"]+)"', net.read_text(encoding="utf-8", errors="replace")))
    # The browser itself calls home before it draws anything; the page has no host of its own to call.
    assert not {url for url in urls if not re.match(r"https?://[a-z0-9.-]*(?:google|googleapis|gvt1)[.]com", url)}
