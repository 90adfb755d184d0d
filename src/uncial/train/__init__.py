"""Makes recognisers: lines with their texts, networks that learn them, weights that say what they were made from.

    cli.train → recipe.load_recipe → synth.make_lines → teacher.teach → fit.fit → export.export → judge.judged

The only place with torch, and that only in `network`, `fit` and `checkpoint`: all else runs without it.
"""
