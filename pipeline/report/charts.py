"""Figures → drawings: charts in Vega-Lite, drawn as SVG while the report is written, so that the page needs no script.

Each chart is drawn twice, for a page and for a phone. Colours are stand-ins that become the page's own variables, so
that light, dark and paper each have theirs. Names of brands and logs are text for the library, never markup. Nothing
is placed by how wide a text is drawn: which fonts a machine has must not change a run's bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pipeline.report.counts import Counts
from pipeline.report.figures import GRADES, plain

Figures = dict[str, Any]
Chart = dict[str, Any]
Pen = Callable[[Chart], str]

WIDE, NARROW = 680, 320
# Stand-in colour → the page's variable.
INK, LINE, CONFIRMED, LIKELY, POSSIBLE, COVERED, GAP, SILENT = (
    "#010101", "#010102", "#010103", "#010104", "#010105", "#010106", "#010107", "#010108",
)  # fmt: skip
VARIABLES = {
    INK: "--ink", LINE: "--line", CONFIRMED: "--confirmed", LIKELY: "--likely", POSSIBLE: "--possible",
    COVERED: "--covered", GAP: "--gap", SILENT: "--silent",
}  # fmt: skip
STATUSES = ("complete", "missing", "neither")
MOST_BRANDS = 20
# A letter is about so wide at the size of labels; a name is cut where it would leave its room in the widest font.
LETTER = 7.6
NAMES_PART = 0.42
PADDING = {"left": 2, "right": 40, "top": 4}
BELOW_TIMES, BELOW_COUNTS = 26, 44
DAY_LABEL, TIME_LABEL = 70, 105
MINUTE, HOUR, DAY = 60, 3600, 86400
STEPS = (
    MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
    DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 182 * DAY, 364 * DAY, 1820 * DAY, 9100 * DAY,
)  # fmt: skip


def to_svg(chart: Chart) -> str:
    """Draw a chart in Vega-Lite as SVG."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart))


def draw_charts(figures: Figures, smallest: int, pen: Pen = to_svg) -> dict[str, str]:
    """Return name → SVG pair (wide, then narrow) of each chart that has anything to show."""
    drawn = {}
    for name, draw in {"timeline": _timeline, "brands": _brands}.items():
        wide, narrow = draw(figures, WIDE, smallest), draw(figures, NARROW, smallest)
        if wide and narrow:
            drawn[name] = _svg(pen(wide), f"{name}-w", "wide") + _svg(pen(narrow), f"{name}-n", "narrow")
    return drawn


def name_owner(row: Figures, figures: Figures) -> str:
    """Name a brand, with its controller only where two share the name."""
    is_shared = sum(1 for other in figures["brands"] if other["brand"] == row["brand"]) > 1
    return plain(f"{row['brand']} ({row['controller']})" if is_shared else row["brand"])


def _timeline(figures: Figures, width: int, _: int) -> Chart | None:
    """Draw the intruder's reads over the coverage of each log, gaps drawn as what they are."""
    if not figures["coverage"]:
        return None
    logs = sorted({plain(row["log"]) for row in figures["coverage"]})
    room = _room(logs, width)
    names = _names(logs, room)
    y = {"field": "log", "type": "nominal", "sort": logs, "title": None, "axis": _name_axis(names, room)}
    x = {
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc", "domain": [_utc(figures[end]) for end in ("start_second", "end_second")]},
    }
    bars = {
        "data": {"values": [_stretch(row) for row in figures["coverage"]]},
        "mark": {"type": "bar", "height": 14},
        "encoding": {
            "x": x | {"field": "from", "axis": _time_axis(figures, width - room - PADDING["right"])},
            "x2": {"field": "until"},
            "y": y,
            "fill": _by("status", STATUSES, (COVERED, "transparent", "transparent")),
            "stroke": _by("status", STATUSES, (COVERED, GAP, SILENT)),
            "strokeDash": _by("status", STATUSES, ([1, 0], [4, 3], [1, 0])),
        },
    }
    dots = {
        "data": {"values": [_read(row, figures) for row in figures["reads"]]},
        "mark": {"type": "point", "filled": True, "opacity": 0.9, "stroke": INK, "strokeWidth": 0.5},
        "encoding": {
            "x": x | {"field": "at"},
            "y": y,
            "fill": _by("grade", GRADES, (CONFIRMED, LIKELY, POSSIBLE)),
            "shape": _by("grade", GRADES, ("circle", "square", "diamond")),
            "size": {
                "field": "reads",
                "type": "quantitative",
                "scale": {"type": "sqrt", "range": [40, 260], "zero": False},
                "legend": None,
            },
        },
    }
    layers = [bars, dots] if figures["reads"] else [bars]
    chart = {"layer": layers, "resolve": {"scale": {"fill": "independent"}}}
    return _dressed(chart, width, room, 34 * len(logs), BELOW_TIMES)


def _brands(figures: Figures, width: int, smallest: int) -> Chart | None:
    """Draw the people of each brand by grade, stacked."""
    shown = figures["brands"][:MOST_BRANDS]
    names, counts = [name_owner(row, figures) for row in shown], Counts(smallest)
    rows = [
        {"brand": name, "grade": grade, "people": counts.rounded(row[grade]), "order": GRADES.index(grade)}
        for name, row in zip(names, shown, strict=True)
        for grade in GRADES
        if row[grade] >= smallest
    ]
    if not rows:
        return None
    room = _room(names, width)
    ticks = {"tickMinStep": 1, "tickCount": 4, "format": ",d", "labelFlush": False, "labelOverlap": False}
    chart = {
        "data": {"values": rows},
        "mark": {"type": "bar", "height": 16, "stroke": INK, "strokeWidth": 0.4},
        "encoding": {
            "x": {"field": "people", "type": "quantitative", "title": "people", "axis": ticks | _fixed(20)},
            "y": {
                "field": "brand", "type": "nominal", "sort": names, "title": None,
                "axis": _name_axis(_names(names, room), room),
            },
            "fill": _by("grade", GRADES, (CONFIRMED, LIKELY, POSSIBLE)),
            "order": {"field": "order", "type": "quantitative"},
        },
    }  # fmt: skip
    return _dressed(chart, width, room, 26 * len(names), BELOW_COUNTS)


def _room(names: list[str], width: int) -> int:
    """How much of the width the names may take."""
    return round(min(max(map(len, names)) * LETTER, width * NAMES_PART)) + 8


def _names(names: list[str], room: int) -> dict[str, str]:
    """Return name → what is drawn of it: its beginning and its end, where all of it is too long."""
    most = round((room - 8) / LETTER)
    return {name: name if len(name) <= most else f"{name[: most - 6]}…{name[-5:]}" for name in names}


def _stretch(row: Figures) -> Figures:
    status = STATUSES[0] if row["status"] == "complete" else STATUSES[1] if row["is_gap"] else STATUSES[2]
    ends = {"from": row["from_at"], "until": row["until_at"]}
    return {"log": plain(row["log"]), "status": status} | {
        name: instant.replace(tzinfo=UTC).isoformat() for name, instant in ends.items()
    }


def _read(row: Figures, figures: Figures) -> Figures:
    second = figures["start_second"] + (row["bin"] + 0.5) * figures["bin_seconds"]
    at = datetime.fromtimestamp(second, UTC).isoformat()
    return {"log": plain(row["log"]), "grade": row["grade"], "reads": row["reads"], "at": at}


def _utc(second: float) -> Figures:
    end = datetime.fromtimestamp(second, UTC)
    names = {"year": "year", "month": "month", "date": "day", "hours": "hour", "minutes": "minute"}
    return {"utc": True} | {ours: getattr(end, theirs) for ours, theirs in names.items()}


def _time_axis(figures: Figures, width: int) -> Figures:
    """Mark whole hours, days or weeks, so few that their labels never meet, and write no more than they need."""
    start, end = int(figures["start_second"]), int(figures["end_second"])
    span = max(end - start, 1)
    step = next(
        (step for step in STEPS if width * step / span >= (DAY_LABEL if step >= DAY else TIME_LABEL)), STEPS[-1]
    )
    first = -(-start // step) * step
    values = [_utc(second) for second in range(first, end + 1, step)]
    pattern = "%d %b %H:%M" if step < DAY else "%d %b" if span < 300 * DAY else "%b %Y"
    look = {"values": values, "format": pattern, "grid": True}
    return look | {"labelFlush": False, "labelOverlap": False} | _fixed(20)


def _name_axis(names: dict[str, str], room: int) -> Figures:
    words = f"{json.dumps(names)}[datum.label]"
    return {"labelExpr": words, "labelLimit": 0, "labelOverlap": False, "domain": False, "ticks": False} | _fixed(room)


def _fixed(extent: int) -> Figures:
    """Give an axis its room, whatever its labels measure."""
    return {"minExtent": extent, "maxExtent": extent}


def _by(field: str, words: tuple[str, ...], looks: tuple[Any, ...]) -> Figures:
    scale = {"domain": list(words), "range": list(looks)}
    return {"field": field, "type": "nominal", "scale": scale, "legend": None}


def _dressed(chart: Chart, width: int, room: int, height: int, below: int) -> Chart:
    axis = {"labelColor": INK, "titleColor": INK, "domainColor": LINE, "tickColor": LINE, "gridColor": LINE}
    words = {"labelFontSize": 12, "titleFontSize": 12, "labelFont": "sans-serif", "titleFont": "sans-serif"}
    return chart | {
        "width": width - room - PADDING["right"],
        "height": height,
        "padding": PADDING | {"left": room + PADDING["left"], "bottom": below},
        "autosize": "none",
        "config": {
            "background": "transparent",
            "view": {"stroke": None},
            "axis": axis | words | {"titleFontWeight": "normal"},
        },
    }


def _svg(drawn: str, prefix: str, name: str) -> str:
    """Make a drawing the page's: its colours variables, its ids its own; to a screen reader the table is told."""
    for colour, variable in VARIABLES.items():
        drawn = re.sub(re.escape(colour), f"var({variable})", drawn, flags=re.IGNORECASE)
    drawn = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', drawn)
    drawn = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", drawn)
    drawn = re.sub(r'\s(?:role|aria-[a-z]+)="[^"]*"', "", drawn)
    size = re.search(r'<svg[^>]*\swidth="([0-9.]+)"', drawn)
    plain = r'<svg xmlns="http://www.w3.org/2000/svg" \1>'
    drawn = re.sub(r"<svg\b[^>]*?(viewBox=\"[^\"]*\")[^>]*>", plain, drawn, count=1)
    width = f' style="max-width:{float(size[1]):.0f}px"' if size else ""
    return f'<div class="chart {name}" aria-hidden="true"{width}>{drawn}</div>'
