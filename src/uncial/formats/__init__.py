"""Formats: functions of a document, one module each, one table that the command, the service and the docs read."""
