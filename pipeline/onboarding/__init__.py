"""Which columns of an unknown export hold personal data, and of which field: proposals for a person to confirm.

Nothing here decides, and no value that is looked at is kept, sent or shown.
"""
