"""Scope: from access logs and customer exports to who was exposed, how, and how sure.

Importing the package loads nothing else, so that the command line answers at once.
"""

__version__ = "0.1.0"
