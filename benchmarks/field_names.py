"""How well `scope init` finds personal data by column names alone, on schemas that other people labelled.

`python benchmarks/field_names.py [FILE.jsonl]`: one labelled column a line (`dataset`, `collection`, `field_path`,
`data_categories` of fideslang). Recall is over contact, name, financial and government-id columns. Precision is
over all columns proposed as sure. A label of `system.operations` on a column that holds personal data by its plain
meaning says that nobody labelled it; such columns, listed by field below, are counted apart and not as right.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipeline.onboarding.names import Proposal, propose_by_names  # noqa: E402 – as a script, the checkout is not on the path

LABELLED = ROOT.parent / "shared" / "data" / "fields" / "fides_field_categories.part1.jsonl"
WANTED = ("user.contact", "user.name", "user.financial", "user.government_id", "user.payment")
# Fields whose columns hold what the GDPR calls personal data whoever labels them.
PERSONAL_ANYHOW = frozenset(
    ("card_expiry", "communications", "email", "full_name", "geolocation", "ip_address", "photo", "signature",
     "marketing_preferences", "transactions", "employer", "user_agent")
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """What was found of a labelled file."""

    counts: Counter[str]
    """wanted, found; right, wrong and unlabelled among the sure proposals."""
    missed: list[str]
    wrong: list[str]

    def share(self, part: str, *whole: str) -> float:
        """Return one count's share of others'."""
        return self.counts[part] / sum(self.counts[name] for name in whole)


def score(path: Path) -> Score:
    """Count what is found of a labelled file by its names."""
    tables: dict[tuple[str, str], list[tuple[str, list[str]]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        column = json.loads(line)
        tables[column["dataset"], column["collection"]].append((column["field_path"], column["data_categories"] or []))
    found = Score(Counter(), [], [])
    for (dataset, collection), columns in tables.items():
        made = propose_by_names(collection, [name for name, _ in columns])
        for name, labels in columns:
            _count(found, f"{dataset}.{collection}.{name}", labels, made.get(name))
    return found


def _count(found: Score, name: str, labels: list[str], made: Proposal | None) -> None:
    if any(label.startswith(WANTED) for label in labels):
        found.counts["wanted"] += 1
        found.counts["found"] += made is not None
        found.missed.extend([] if made else [name])
    if made is None or not made.is_sure or not labels:
        return
    is_user = any(label.startswith("user") for label in labels)
    kind = "right" if is_user else "unlabelled" if made.field in PERSONAL_ANYHOW else "wrong"
    found.counts[kind] += 1
    found.wrong.extend([f"{name} ({made.field})"] if kind == "wrong" else [])


def main(arguments: list[str]) -> int:
    """Print the score as a few lines."""
    path = Path(arguments[0]) if arguments else LABELLED
    if not path.exists():
        sys.stderr.write(f"{path} is not at hand\n")
        return 1
    found = score(path)
    counts = found.counts
    sys.stdout.write(
        f"recall on contact, name, financial and government-id columns: {counts['found']} of {counts['wanted']}, "
        f"{found.share('found', 'wanted'):.3f}\n"
        f"precision of sure proposals: {counts['right']} of {counts['right'] + counts['wrong']}, "
        f"{found.share('right', 'right', 'wrong'):.3f}; with {counts['unlabelled']} personal columns that nobody "
        f"labelled counted as wrong: {found.share('right', 'right', 'wrong', 'unlabelled'):.3f}\n"
        f"missed: {', '.join(found.missed) or 'none'}\n"
        f"wrong: {', '.join(found.wrong) or 'none'}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
