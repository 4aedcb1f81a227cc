"""Small logs as services and servers write them, each with who must be found in it."""
