"""The few days everything happens in: the edges of the window and a change of clocks, so that instants collide."""

from __future__ import annotations

from dataclasses import dataclass

from .choosing import Choose, chance, one_of

ZONES = ["UTC", "Europe/Berlin", "America/New_York"]


@dataclass(frozen=True)
class Season:
    """Four days in a row; the clocks change on the third."""

    days: tuple[str, str, str, str]
    zone: str
    middle: str  # an instant in UTC between the two readings of 02:30 (or 01:30) on the third day

    def window(self, choose: Choose) -> str:
        """Dates, or instants of which one may cut an ambiguous hour in two."""
        return one_of(choose, [
            f"{self.days[1]}/{self.days[2]}",
            f"{self.days[1]}T12:00/{self.middle}",
            f"{self.middle}/{self.days[3]}T08:00:00Z",
        ])  # fmt: skip

    def stamp(self, choose: Choose) -> str:
        """A stamp as logs and datasets write it, mostly without an offset."""
        day, clock = one_of(choose, [
            (2, "02:30:00"), (1, "12:00:00"), (2, "01:30:00"), (2, "03:30:00"), (1, "23:59:59.999999"), (2, "00:00:00"),
            (1, "00:00:00"), (3, "00:00:00"), (0, "22:00:00"), (3, "08:00:00"), (1, "18:00:00"), (2, "12:00"),
        ])  # fmt: skip
        between = " " if chance(choose, 20) else "T"
        offset = one_of(choose, ["", "", "", "Z", "+02:00", "-05:00"])
        return f"{self.days[day]}{between}{clock}{offset}"

    def inner_stamp(self, choose: Choose) -> str:
        """A stamp that is always inside the window of whole days."""
        return f"{self.days[one_of(choose, [1, 2])]}T{one_of(choose, ['12:00:00', '14:30:00', '16:00:00.5'])}Z"

    def odd_stamp(self, choose: Choose) -> str:
        """A local time that occurs twice or never in the season's zone."""
        clock = "01:30:00" if self.days[2] == "2026-11-01" else "02:30:00"
        return f"{self.days[2]}T{one_of(choose, [clock, clock.replace('30:00', '59:59.999999')])}"

    def exact(self, number: int) -> str:
        """One of eight instants in UTC, in order, one each half day."""
        return f"{self.days[number // 2]}T{'06' if number % 2 == 0 else '18'}:00:00Z"


SEASONS = [
    Season(("2026-10-23", "2026-10-24", "2026-10-25", "2026-10-26"), "Europe/Berlin", "2026-10-25T01:00:00Z"),
    Season(("2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30"), "Europe/Berlin", "2026-03-29T01:00:00Z"),
    Season(("2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02"), "America/New_York", "2026-11-01T06:00:00Z"),
    Season(("2026-03-06", "2026-03-07", "2026-03-08", "2026-03-09"), "America/New_York", "2026-03-08T07:00:00Z"),
]
