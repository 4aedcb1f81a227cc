"""What a person reads about a finished run: one module for each command that answers in sentences and small tables.

Draws what it is given, within 80 columns, and must not know how any of it was found. Texts from the inputs are hostile
and go through `plain`.
"""
