"""What can be asked of Scope: a function for each command, in the order of `scope --help`.

Knows commands and their words; must not know any rule, file format or table. Everything heavy is imported by the
command that needs it, so that `scope --help` answers at once.
"""

from pipeline.commands import inputs, questions, runs
from pipeline.commands.app import app

__all__ = ["app", "inputs", "questions", "runs"]
