"""The whole incident file, and what is said of the breach itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pipeline.config.datasets import Dataset, UnloggedCopy
from pipeline.config.interceptions import Interception
from pipeline.config.logs import Log
from pipeline.config.parts import Many, Model, Text, as_selectors
from pipeline.config.routes import Route
from pipeline.config.selectors import Selector

IdentifierClass = Literal["primary", "secondary", "tertiary", "none"]


class Incident(Model):
    """Which breach this is. Instants are text here; `pipeline.window` reads them."""

    id: Text
    """A short name of the breach; stands in every published row."""
    title: str = ""
    """What people call it."""
    zone: Text = "UTC"
    """IANA zone of every date and instant in this file that has no offset."""
    window: Text | None = None
    """START/END, two dates (both included) or two instants; the command line's window wins."""
    discovered: Text | None = None
    """When the breach was found."""
    contained: Text | None = None
    """When the intruder was out."""


class Identity(Model):
    """How records become people."""

    household_limit: int = Field(default=6, ge=1)
    """How many records of one brand may share a value before it identifies nobody."""
    phone_region: Text | None = None
    """Country of telephone numbers without a country code, such as GB."""
    key_file: Text | None = None
    """File with the secret key of person ids."""
    classes: dict[str, IdentifierClass] = Field(default_factory=dict)
    """Kind of identifier → what it says of a person; default as the field catalogue has it."""
    decisions: Many = Field(default_factory=list)
    """CSV files with what people decided: which records are the same person, and which are not."""


class Limits(Model):
    """How much broken input and how much of the machine a run may take."""

    reject_share: float = Field(default=0.01, ge=0, le=1)
    """Share of unreadable lines of one log or dataset past which the run stops."""
    memory: Text | None = None
    """Most memory to use, such as 4GB."""
    threads: int | None = Field(default=None, ge=1, le=1024)
    """Most threads to use."""


Selectors = Annotated[list[Selector], BeforeValidator(as_selectors)]


class IncidentFile(Model):
    """The whole incident file."""

    incident: Incident
    """Which breach this is."""
    intruder: Selectors = Field(default_factory=list)
    """Who the attacker is; without any, every untrusted event in the window counts as the intruder's."""
    trusted: Selectors = Field(default_factory=list)
    """Activity verified as our own."""
    unattributed: Literal["ignore", "possible"] = "ignore"
    """What becomes of reads that are neither the intruder's nor trusted."""
    logs: dict[str, Log]
    """Access logs by name."""
    datasets: dict[str, Dataset]
    """Stores of customer records by name."""
    routes: list[Route] = Field(default_factory=list)
    """Which resources reach which dataset."""
    views: dict[str, Text] = Field(default_factory=dict)
    """Views of the database that logged statements may name → the SELECT that defines them."""
    controllers: dict[str, Text] = Field(default_factory=dict)
    """Brand → the company that must answer for it."""
    unlogged_copies: list[UnloggedCopy] = Field(default_factory=list)
    """Copies that no log shows."""
    interceptions: list[Interception] = Field(default_factory=list)
    """Data captured as it passed, device by device."""
    identity: Identity = Field(default_factory=Identity)
    """How records become people."""
    limits: Limits = Field(default_factory=Limits)
    """How much broken input and how much of the machine a run may take."""
