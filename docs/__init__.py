"""What makes the generated pages; no part of the program."""
