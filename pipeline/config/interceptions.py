"""Interceptions: customer data captured as it passed, at devices each of which was infected at its own time.

A till, a payment terminal or a web form is no store: what the intruder has is what passed there while the device was
infected (semantics, section 5).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pipeline.config.parts import Many, Model, Text


class Device(Model):
    """One stretch of time in which one device was intercepted."""

    device: Text
    """The device's name, as the transactions name it."""
    from_: Text | None = Field(default=None, alias="from")
    """First instant of the interception; left out if nobody knows: then the window's start, and `likely`."""
    until: Text | None = None
    """End of it; a date means to its end; left out if nobody knows: then the window's end, and `likely`."""
    zone: Text | None = None
    """IANA zone of the device's clock: of `from`, `until` and its transactions, where they have no offset."""


class Interception(Model):
    """Data captured as it passed: the transactions whose own time lies in their device's interval."""

    dataset: Text
    """Dataset that holds the transactions."""
    device: Text
    """Column that names a transaction's device."""
    time: Text
    """Column with the transaction's own time at the device; not when it was posted or settled."""
    time_format: Text = "iso"
    """How that time is written, as for logs."""
    columns: Many = Field(default_factory=list)
    """Columns that were captured; default all."""
    devices: Annotated[list[Device], Field(min_length=1)]
    """The devices, each with its own interval; one device may have several."""
