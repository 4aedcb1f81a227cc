"""The engines that run the SQL: one protocol, one room per engine."""
