"""An incident file to change, and what reading it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.incident_file import IncidentSource, read_incident_file

BASE = """\
incident:
  id: breach-1
  zone: Europe/Berlin
  window: 2026-03-28/2026-03-30
intruder:
  - ip: 203.0.113.7
    principal: joe@clients.example
trusted:
  - principal: backup
logs:
  esp:
    path: logs/*.csv
    columns:
      time: at
      ip: ip
      principal: who
      resource: url
    words:
      action: {PEEK: view}
    coverage:
      - {until: 2026-03-29T12:00, status: complete}
      - {from: 2026-03-29T12:00, status: deleted}
datasets:
  shop:
    path: shop.csv
    role: crm
    key: id
    brand: {column: brand}
    valid_from: since
    columns:
      mail: email
  list:
    path: list.csv
    role: processor
    processor: Mailhouse
    brand: Acme
    controller: Acme Ltd
    generated_at: 2026-03-01
    columns:
      email: email
      dob: {field: date_of_birth, state: masked}
    links: {customer: shop}
routes:
  - resource: /api/{key}?list={mail}
    log: esp
    dataset: shop
    columns: [mail]
controllers:
  Bolt: Bolt AG
unlogged_copies:
  - {dataset: list, from: 2026-03-01, until: 2026-03-02}
"""


def refuse(folder: Path, text: str) -> ConfigurationError:
    path = folder / "incident.yaml"
    path.write_bytes(text.encode())
    with pytest.raises(ConfigurationError) as caught:
        read_incident_file(path)
    return caught.value


def read(folder: Path, text: str = BASE) -> IncidentSource:
    path = folder / "incident.yaml"
    path.write_text(text, encoding="utf-8")
    return read_incident_file(path)


def change(old: str, new: str) -> str:
    assert BASE.count(old) == 1, f"{old!r} stands {BASE.count(old)} times in the base file"
    return BASE.replace(old, new)
