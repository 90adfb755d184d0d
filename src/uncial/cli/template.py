"""`uncial template`: templates of fields, made from corrected samples, checked, and explained."""

from __future__ import annotations

import click

from uncial.template_files import read_templates

__all__ = ["read_templates", "template"]


@click.group()
def template() -> None:
    """Make templates of fields from corrected samples, check them, and show what may stand in them."""
