"""Charts drawn in a process of their own are those drawn here, and a run waits for nothing that cannot come."""

from __future__ import annotations

from typing import Any

from pipeline.report.apart import open_pen
from pipeline.report.charts import to_svg

CHART: dict[str, Any] = {
    "data": {"values": [{"brand": "Acme → Söhne", "people": 3}, {"brand": "</svg>", "people": 1}]},
    "mark": "bar",
    "encoding": {"x": {"field": "people", "type": "quantitative"}, "y": {"field": "brand", "type": "nominal"}},
}


def test_it_draws_what_is_drawn_here() -> None:
    with open_pen() as pen:
        drawn = [pen(CHART), pen(CHART | {"width": 320})]
    assert drawn == [to_svg(CHART), to_svg(CHART | {"width": 320})]
    assert "Söhne" in drawn[0]


def test_a_process_that_was_killed_is_not_missed() -> None:
    with open_pen() as pen:
        (process,) = pen.args  # type: ignore[attr-defined]
        process.kill()
        process.wait()
        assert pen(CHART) == to_svg(CHART)
    assert process.returncode < 0
