"""What tickets and boarding passes have in common: captions with their values, days, stops, journeys, places.

captions: labels and where their values may stand. found: those values as fields. days: of what each day is. places: airports,
stations, towns. stops → journeys: from where to where, and when. particulars: coaches, seats, classes, names, codes.
"""
