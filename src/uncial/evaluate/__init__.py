"""How well and how fast an engine reads labelled images: `evaluate` gives a `Report`."""

from uncial.evaluate.datasets import DataSet, Record, find_sets
from uncial.evaluate.profiles import Profile
from uncial.evaluate.report import Report, SetScore
from uncial.evaluate.run import evaluate
from uncial.evaluate.score import PageScore, Piece, Reading, score

__all__ = [
    "DataSet",
    "PageScore",
    "Piece",
    "Profile",
    "Reading",
    "Record",
    "Report",
    "SetScore",
    "evaluate",
    "find_sets",
    "score",
]
