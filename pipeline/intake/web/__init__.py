"""What web servers' access logs share: format strings compiled to expressions, stamps, and what a request means."""
