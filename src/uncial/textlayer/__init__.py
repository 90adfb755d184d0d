"""Decides what of the text that a PDF holds can be believed, and makes lines of it."""
