"""Records to people, where SQL alone will not do: the components of a graph of links, cut where they contradict.

This room knows subjects, link keys and names to compare; it knows no log, no brand and no field.
"""

from pipeline.identity.resolve import resolve

__all__ = ["resolve"]
