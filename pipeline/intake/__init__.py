"""Form: foreign bytes → the canonical `landed_*` tables. `land` is the one door of this floor."""

from pipeline.intake.land import land

__all__ = ["land"]
