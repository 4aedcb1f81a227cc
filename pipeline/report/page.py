"""The page: figures and drawings → one HTML text. Everything from outside is escaped here and nowhere else.

A heading for each question a crisis room asks, tables that a screen reader can walk, and a policy that forbids the page
to load anything at all.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.reasons import COVERAGE, SET_ASIDE, reason_of_grade, reason_of_verdict
from pipeline.report.charts import MOST_BRANDS, name_owner
from pipeline.report.counts import Counts
from pipeline.report.figures import plain

Figures = dict[str, Any]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
GRADES = ("confirmed", "likely", "possible")
MEANINGS = {
    "confirmed": "the intruder read it: shown exactly",
    "likely": "the intruder read it: shown as an upper bound",
    "possible": "nothing shows it, but nothing rules it out",
}
VERDICTS = {
    "customer_data_read": "Customer data was read.",
    "no_customer_data_read": "No customer data was read: complete logs show it.",
    "undetermined": "Undetermined: no read is shown, but it cannot be ruled out.",
}
LINES = {
    "event": "read as one event",
    "delivered_again": "delivered again: one event",
    "rejected": "could not be read",
}
STRETCHES = {"complete": "log complete", "missing": "log missing", "silent": "not known to be complete"}
STAGES = ("lines", "events", "reading", "records", "people")
COUNTED = {
    "reached": "the intruder’s read, and it reached records",
    "unattributed": "nobody’s by any selector",
    "exposed": "exposed",
    "exposed_brand_rows": "rows, one for each person, brand and controller",
    "unresolved": "read, but no known record stands for it",
}
METHOD = (
    "<p>Each line of a log is one event, or is told as unreadable. An event counts if the incident file’s selectors "
    "make it the intruder’s, it lies in the window, succeeded, and delivered something. What that was comes from the "
    "most exact evidence there is: record keys, conditions or queries worked out on the records as they were, pages, "
    "byte ranges, or the whole dataset. Where the evidence only bounds what was read, all of it counts and the grade "
    "drops; where a log is missing, what only it could show is possible. Records are joined to people where they share "
    "an identifier and nothing contradicts it; in doubt they stay apart.</p>\n"
)


def write_page(figures: Figures, charts: dict[str, str], smallest: int) -> str:
    """Return the whole page; besides what `gather` gives, `figures` holds the manifest, and the seal if it is known."""
    incident = figures["manifest"]["incident"]
    title = f"{incident['incident_id']}: {incident['title']}" if incident["title"] else incident["incident_id"]
    counts = Counts(smallest)
    sections = {
        "Under which brand": _brands(figures, charts, counts),
        "Which data": _heat(figures, counts),
        "When, and what the logs can show": _timeline(figures, charts),
        "How sure, and why": _reasons(figures, counts),
        "Where they live": _residence(figures, counts),
        "What a human must decide": _questions(figures, counts),
        "From lines to people": _funnel(figures, counts),
        "How it was computed": _computed(figures),
    }
    body = "\n".join([_opening(figures, counts), *(_section(name, text) for name, text in sections.items())])
    style = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="robots" content="noindex">\n<title>{_text(title)}</title>\n<style>\n{style}</style>\n</head>\n'
        '<body>\n<a class="skip" href="#main">To the findings</a>\n<main id="main">\n'
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def _text(value: object) -> str:
    """Escape a text from outside."""
    return html.escape(plain(value), quote=True)


def _section(title: str, *parts: str) -> str:
    name = "".join(letter if letter.isalnum() else "-" for letter in title.lower())
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{title}</h2>\n' + "\n".join(parts) + "\n</section>"


def _table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = (), kind: str = ""
) -> str:
    """Write a table; the first cell of a row is its heading, and cells are HTML already."""

    def cell(tag: str, number: int, text: str, scope: str = "") -> str:
        mark = ' class="n"' if number in numbers else ""
        return f"<{tag}{mark}{scope}>{text}</{tag}>"

    head = "".join(cell("th", number, column, ' scope="col"') for number, column in enumerate(columns))
    body = "\n".join(
        "<tr>"
        + "".join(
            cell("td" if number else "th", number, text, "" if number else ' scope="row"')
            for number, text in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{caption}">\n<table class="{kind}">\n'
        f"<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def _grade(grade: str) -> str:
    return f'<span class="g g-{grade}" aria-hidden="true"></span>{grade}'


def _opening(figures: Figures, counts: Counts) -> str:
    incident, grades = figures["manifest"]["incident"], figures["grades"]
    verdict = VERDICTS.get(figures["manifest"]["verdict"], figures["manifest"]["verdict"])
    title = f"{_text(incident['incident_id'])} · {_text(incident['title'] or '')}".rstrip(" ·")
    least, likely, most = grades["confirmed"], grades["confirmed"] + grades["likely"], figures["people"]
    bounds = [
        (counts.tell(least), "people at least", "exposed beyond doubt: the logs show exactly what was read"),
        (counts.tell(likely), "people probably", "with those the intruder read as part of more than is known exactly"),
        (
            counts.tell(most),
            "people at most, as far as is known",
            "with those whom nothing shows and nothing rules out",
        ),
    ]
    boxes = "\n".join(
        f"<li><b>{count}</b>{what}<br><span class='quiet'>{why}</span></li>" for count, what, why in bounds
    )
    payment = (
        f"Payment data that was not masked: {_people(figures['payment_people'], counts)}. " if least or most else ""
    )
    loose = (
        f"Not in any count: {figures['unresolved_count']:,} things were read for which no record is known. "
        if figures["unresolved_count"]
        else ""
    )
    double = (
        f"{counts.tell(figures['blocked_people'])} of the people share an address or a link with a record that "
        "contradicts them; they are counted apart, so some human beings may be counted twice. "
        if figures["blocked_people"]
        else ""
    )
    questions = len(figures["questions"])
    asked = f"{questions} question{'' if questions == 1 else 's'} must still be decided."
    return (
        f'<header>\n<p class="quiet">{title}</p>\n<h1>{_text(verdict)}</h1>\n'
        f"<p>From {_written(incident['window_start_at'])} to before {_written(incident['window_end_at'])} (UTC), the "
        f"intruder’s {_counted(figures['read_count'], 'read')} reached "
        f"{counts.tell(figures['record_count'])} {_plural(figures['record_count'], 'record')}.</p>\n"
        "</header>\n"
        f'<ul class="bounds">\n{boxes}\n</ul>\n<p>{payment}{loose}{double}{asked}</p>'
        + (f'\n<p class="quiet">{counts.note()}</p>' if counts.note() else "")
    )


def _people(count: int, counts: Counts) -> str:
    return f"{counts.tell(count)} {'person' if count == 1 and counts.smallest == 1 else 'people'}"


def _counted(count: int, one: str) -> str:
    return f"{count:,} {_plural(count, one)}"


def _plural(count: int, one: str) -> str:
    return one if count == 1 else f"{one}s"


def _brands(figures: Figures, charts: dict[str, str], counts: Counts) -> str:
    rows = [
        (
            _text(row["brand"]),
            _text(row["controller"]),
            counts.tell(row["people"]),
            *(counts.tell(row[grade]) for grade in GRADES),
        )
        for row in figures["brands"]
    ]
    columns = ("brand", "controller", "people", *(_grade(grade) for grade in GRADES))
    total = sum(row["people"] for row in figures["brands"])
    told = (
        f"<p>One person may be a customer of several brands: the brands add up to {counts.tell(total)}, the people are "
        f"{counts.tell(figures['people'])}.</p>"
    )
    left_out = (
        f"<p>Drawn are the {MOST_BRANDS} brands with most people; the table has all {len(rows)}.</p>"
        if len(rows) > MOST_BRANDS
        else ""
    )
    return (
        told
        + _figure(charts, "brands", _key({}, GRADES) + left_out)
        + _table("People by brand and controller", columns, rows, numbers=(2, 3, 4, 5))
    )


def _figure(charts: dict[str, str], name: str, caption: str) -> str:
    return f"<figure>\n{charts[name]}\n<figcaption>{caption}</figcaption>\n</figure>\n" if name in charts else ""


def _key(stretches: dict[str, str], grades: Sequence[str]) -> str:
    """Say what the shapes and shades of a chart mean; the same figures stand in the table below it."""
    drawn = [f'<span><i class="s s-{kind}"></i>{words}</span>' for kind, words in stretches.items()]
    drawn += [f"<span>{_grade(grade)}</span>" for grade in grades]
    return f'<p class="key">{" ".join(drawn)}</p>'


def _heat(figures: Figures, counts: Counts) -> str:
    """A table whose cells are shaded: the share of the brand's people whose field was within reach."""
    held = {(row["brand"], row["controller"], row["field"]): row for row in figures["heat"]}
    totals: dict[str, int] = {}
    for row in figures["heat"]:
        totals[row["field"]] = totals.get(row["field"], 0) + row["people"]
    fields = sorted(totals, key=lambda field: (-totals[field], field))
    rows = []
    for brand in figures["brands"]:
        cells = [_text(name_owner(brand, figures))]
        for field in fields:
            found = held.get((brand["brand"], brand["controller"], field))
            cells.append(_heat_cell(found, brand["people"], counts) if found else "")
        rows.append(cells)
    columns = ("brand", *(_text(figures["labels"].get(field, field)) for field in fields))
    return (
        "<p>People of each brand by what was within reach; the stronger the colour, the larger the part of the "
        "brand’s people. A star: for some or all of them unreadable (masked, hashed, encrypted).</p>"
        + _shaded(_table("People by brand and kind of data", columns, rows, kind="heat"))
    )


def _heat_cell(row: Figures, people: int, counts: Counts) -> str:
    share = counts.share(row["people"], people)
    star = "*" if row["protected"] else ""
    return f"{{{share:.2f}}}{counts.tell(row['people'])}{star}"


def _shaded(table: str) -> str:
    """Turn the share that leads a cell into the cell's shade."""
    import re

    return re.sub(
        r"<td>\{([0-9.]+)\}",
        lambda found: f'<td style="background: rgba(var(--heat), {0.06 + 0.44 * float(found[1]):.2f})">',
        table,
    )


def _timeline(figures: Figures, charts: dict[str, str]) -> str:
    reads: dict[str, int] = {}
    for row in figures["reads"]:
        reads[row["log"]] = reads.get(row["log"], 0) + row["reads"]
    rows = [
        (
            _text(row["log"]), _instant(row["from_at"]), _instant(row["until_at"]),
            _text(COVERAGE.get(row["status"], row["status"])),
            _text(", ".join(row["datasets"]) or "–"), f"{row['event_count']:,}",
        )
        for row in figures["coverage"]
    ]  # fmt: skip
    columns = ("log", "from", "until", "the log is", "only it shows", "events")
    told = "; ".join(f"{_text(log)} {count:,}" for log, count in sorted(reads.items())) or "none"
    gaps = sum(row["is_gap"] for row in figures["coverage"])
    return (
        f"<p>The intruder’s reads that reached customer data, by log: {told}. Stretches in which a log is missing: "
        f"{gaps}. What is missing shows nothing: it is no sign that nothing happened.</p>"
        + _figure(charts, "timeline", _key(STRETCHES, GRADES))
        + _table("Coverage of each log, in UTC", columns, rows, numbers=(5,))
    )


def _instant(value: Any) -> str:
    text = f"{value:%Y-%m-%d %H:%M}" if value.second == 0 else f"{value:%Y-%m-%d %H:%M:%S}"
    return f'<time datetime="{value.isoformat()}Z">{text}</time>'


def _written(instant: str) -> str:
    return _instant(datetime.fromisoformat(instant).replace(tzinfo=None))


def _reasons(figures: Figures, counts: Counts) -> str:
    grades = [(_grade(grade), MEANINGS[grade], counts.tell(figures["grades"][grade])) for grade in GRADES]
    rows = [
        (_grade(row["grade"]), _text(reason_of_grade(row["grade_reason"]).sentence), counts.tell(row["people"]))
        for row in figures["reasons"]
    ]
    return _table("People by their best grade", ("grade", "which means", "people"), grades, numbers=(2,)) + _table(
        "Why no surer: people under any brand, by grade and reason", ("grade", "because", "people"), rows, numbers=(2,)
    )


def _residence(figures: Figures, counts: Counts) -> str:
    rows = [(_text(row["residence"] or "not known"), counts.tell(row["people"])) for row in figures["residence"]]
    return _table("People by country of residence, where a record says so", ("country", "people"), rows, numbers=(1,))


def _questions(figures: Figures, counts: Counts) -> str:
    if not figures["questions"]:
        return "<p>Nothing is open.</p>"
    rows = [
        (
            _text(row["question"]),
            _text(row["about"] or "the whole run"),
            counts.tell(row["item_count"]) if row["people_count"] else f"{row['item_count']:,}",
            counts.tell(row["people_count"]),
        )
        for row in figures["questions"]
    ]
    return _table(
        "Open questions, by how many people hang on each",
        ("question", "about", "things", "people"),
        rows,
        numbers=(2, 3),
    )


def _funnel(figures: Figures, counts: Counts) -> str:
    rows = sorted(figures["funnel"], key=lambda row: (STAGES.index(row["stage"]), -row["item_count"], row["outcome"]))
    most = {
        stage: max(row["item_count"] for row in rows if row["stage"] == stage) for stage in {r["stage"] for r in rows}
    }
    cells = []
    for row in rows:
        told = counts if row["stage"] in ("records", "people") else Counts()
        share = 100 * told.share(row["item_count"], most[row["stage"]])
        bar = f'<span class="bar" style="width: {share:.1f}%"></span>'
        cells.append((row["stage"], _text(_outcome(row["stage"], row["outcome"])), told.tell(row["item_count"]), bar))
    return (
        "<p>Everything that was read is counted once on each stage, and whatever was set aside has its reason.</p>"
        + _table(
            "What became of everything", ("of", "which", "count", "share of the stage’s most"), cells, numbers=(2,)
        )
    )


def _outcome(stage: str, outcome: str) -> str:
    if stage == "lines":
        return LINES.get(outcome, outcome)
    if stage == "events":
        return COUNTED.get(outcome) or reason_of_verdict(outcome).sentence
    return SET_ASIDE.get(outcome) or COUNTED.get(outcome, outcome)


def _seal(figures: Figures) -> str:
    """Tell the run's seal, which a report that lies in the run cannot know, since it covers the report."""
    if not figures["seal"]:
        return "<p class='quiet'>This file is sealed with its run; <code>scope verify</code> tells the seal.</p>"
    run, seal = _text(figures["run"]), _text(figures["seal"])
    return f'<p class="quiet">Run {run}. Seal:</p>\n<p class="hash">{seal}</p>'


def _computed(figures: Figures) -> str:
    manifest = figures["manifest"]
    rows = [
        (_text(item["file"]), _text(item["source"]), f"{item['line_count']:,}", f"{item['reject_count']:,}",
         f'<span class="hash">{_text(item["sha256"])[:16]}…</span>')
        for item in manifest["inputs"]
    ]  # fmt: skip
    failed = [check for check in manifest["checks"] if not check["is_success"]]
    files = _counted(len(manifest["inputs"]), "input file")
    return (
        f"<p>By scope {_text(manifest['code_version'])}, from {files} and the incident file "
        f"{_text(manifest['incident_file']['file'])}; {len(manifest['checks']):,} expectations were checked, "
        f"{len(failed)} failed with a warning. The same inputs give the same tables, to the byte. Whether they still "
        "are what they were: <code>scope verify</code>. Why somebody is on the list, or not: "
        "<code>scope explain</code>, <code>scope why-not</code>.</p>\n"
        + METHOD
        + _seal(figures)
        + _table("Inputs", ("file", "log or dataset", "lines", "unreadable", "SHA-256"), rows, numbers=(2, 3))
    )
