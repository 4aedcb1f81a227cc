"""What database servers' logs share: what a statement's first word asks for, messages, audit payloads, prefixes."""
