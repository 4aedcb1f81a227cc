"""Figures → drawings: SVG made by Vega-Altair while the report is written, so that the page needs no script.

Each chart is drawn twice, for a page and for a phone. Colours are stand-ins that become the page's own variables, so
that light, dark and paper each have theirs. Names of brands and logs are text for the library, never markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pipeline.report.figures import plain

Figures = dict[str, Any]
Chart = Any

WIDE, NARROW = 680, 320
# Stand-in colour → the page's variable.
INK, LINE, CONFIRMED, LIKELY, POSSIBLE, COVERED, GAP, SILENT = (
    "#010101", "#010102", "#010103", "#010104", "#010105", "#010106", "#010107", "#010108",
)  # fmt: skip
VARIABLES = {
    INK: "--ink", LINE: "--line", CONFIRMED: "--confirmed", LIKELY: "--likely", POSSIBLE: "--possible",
    COVERED: "--covered", GAP: "--gap", SILENT: "--silent",
}  # fmt: skip
GRADES = ("confirmed", "likely", "possible")
STATUSES = ("complete", "missing", "nobody said")
MOST_BRANDS = 40
# Browsers' own fonts are wider than the one that labels are measured with.
LABEL_ROOM = 1.3
LETTER = 6.5


def draw_charts(figures: Figures, smallest: int) -> dict[str, str]:
    """Return name → SVG pair (wide, then narrow) of each chart that has anything to show."""
    drawings: dict[str, Callable[[int], Chart | None]] = {
        "timeline": lambda width: _timeline(figures, width),
        "brands": lambda width: _brands(figures, width, smallest),
    }
    drawn = {}
    for name, draw in drawings.items():
        wide, narrow = draw(WIDE), draw(NARROW)
        if wide is not None:
            drawn[name] = _svg(wide, f"{name}-w", "wide") + _svg(narrow, f"{name}-n", "narrow")
    return drawn


def name_owner(row: Figures, figures: Figures) -> str:
    """Name a brand, with its controller only where two share the name."""
    is_shared = sum(1 for other in figures["brands"] if other["brand"] == row["brand"]) > 1
    return plain(f"{row['brand']} ({row['controller']})" if is_shared else row["brand"])


def _timeline(figures: Figures, width: int) -> Chart | None:
    """Draw the intruder's reads over the coverage of each log, gaps drawn as what they are."""
    alt = _library()

    if not figures["coverage"]:
        return None
    logs = sorted({plain(row["log"]) for row in figures["coverage"]})
    room = _room(logs, width)
    y = alt.Y("log:N", sort=logs, title=None, axis=_name_axis(alt, room))
    bars = (
        alt.Chart(alt.Data(values=[_stretch(row) for row in figures["coverage"]]))
        .mark_bar(height=14)
        .encode(
            x=alt.X("from:T", title=None, scale=_whole_window(alt, figures), axis=_time_axis(alt, width)),
            x2="until:T",
            y=y,
            fill=_by(alt, "fill", "status", STATUSES, (COVERED, "transparent", SILENT)),
            stroke=_by(alt, "stroke", "status", STATUSES, ("transparent", GAP, "transparent")),
            strokeDash=_by(alt, "strokeDash", "status", STATUSES, ([1, 0], [4, 3], [1, 0])),
        )
    )
    dots = (
        alt.Chart(alt.Data(values=[_read(row, figures) for row in figures["reads"]]))
        .mark_point(filled=True, opacity=0.9, stroke=INK, strokeWidth=0.5)
        .encode(
            x=alt.X("at:T", scale=_whole_window(alt, figures)),
            y=y,
            fill=_by(alt, "fill", "grade", GRADES, (CONFIRMED, LIKELY, POSSIBLE)),
            shape=_by(alt, "shape", "grade", GRADES, ("circle", "square", "diamond")),
            size=alt.Size("reads:Q", scale=alt.Scale(type="sqrt", range=[40, 260], zero=False), legend=None),
        )
    )
    chart = (bars + dots).resolve_scale(fill="independent") if figures["reads"] else bars
    return _dressed(chart.properties(width=width - room, height=34 * len(logs)))


def _brands(figures: Figures, width: int, smallest: int) -> Chart | None:
    """Draw the people of each brand by grade, stacked."""
    alt = _library()

    shown = figures["brands"][:MOST_BRANDS]
    rows = [
        {"brand": name_owner(row, figures), "grade": grade, "people": row[grade], "order": GRADES.index(grade)}
        for row in shown
        for grade in GRADES
        if row[grade] >= smallest
    ]
    if not rows:
        return None
    names = [name_owner(row, figures) for row in shown]
    room = _room(names, width)
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar(height=16, stroke=INK, strokeWidth=0.4)
        .encode(
            x=alt.X("people:Q", title="people", axis=alt.Axis(tickMinStep=1, tickCount=4, format=",d")),
            y=alt.Y("brand:N", sort=names, title=None, axis=_name_axis(alt, room)),
            fill=_by(alt, "fill", "grade", GRADES, (CONFIRMED, LIKELY, POSSIBLE)),
            order="order:Q",
        )
    )
    return _dressed(chart.properties(width=width - room, height=26 * len(names)))


def _library() -> Any:
    """Load what draws only when something is drawn; it has no types worth having."""
    import altair

    return altair


def _room(names: list[str], width: int) -> int:
    """How much of the width the names may take."""
    return int(min(max(map(len, names)) * LETTER * LABEL_ROOM, width * 0.42)) + 8


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


def _whole_window(alt: Any, figures: Figures) -> Any:
    ends = [datetime.fromtimestamp(figures[name], UTC) for name in ("start_second", "end_second")]
    names = {"year": "year", "month": "month", "date": "day", "hours": "hour", "minutes": "minute"}
    domain = [alt.DateTime(utc=True, **{ours: getattr(end, theirs) for ours, theirs in names.items()}) for end in ends]
    return alt.Scale(type="utc", domain=domain)


def _time_axis(alt: Any, width: int) -> Any:
    return alt.Axis(tickCount=3 if width <= NARROW else 6, labelOverlap="greedy", format="%d %b %H:%M", grid=True)


def _name_axis(alt: Any, room: int) -> Any:
    # The letters are measured narrower than browsers draw them, so names are cut sooner than the room they have.
    return alt.Axis(labelLimit=room / LABEL_ROOM, minExtent=room, maxExtent=room, domain=False, ticks=False)


def _by(alt: Any, channel: str, field: str, words: tuple[str, ...], looks: tuple[Any, ...]) -> Any:
    scale = alt.Scale(domain=list(words), range=list(looks))
    return getattr(alt, channel[0].upper() + channel[1:])(f"{field}:N", scale=scale, legend=None)


def _dressed(chart: Chart) -> Chart:
    axis = {"labelColor": INK, "titleColor": INK, "domainColor": LINE, "tickColor": LINE, "gridColor": LINE}
    words = {"labelFontSize": 12, "titleFontSize": 12, "labelFont": "sans-serif", "titleFont": "sans-serif"}
    padding = {"left": 2, "right": 40, "top": 2, "bottom": 2}
    dressed = chart.configure(background="transparent", padding=padding).configure_view(stroke=None)
    return dressed.configure_axis(**axis, **words, titleFontWeight="normal")


def _svg(chart: Chart, prefix: str, name: str) -> str:
    """Draw a chart; its colours become the page's variables, its ids its own; to a screen reader the table is told."""
    import vl_convert

    drawn = str(vl_convert.vegalite_to_svg(chart.to_json()))
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
