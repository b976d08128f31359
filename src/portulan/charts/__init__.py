"""The charts of the screens: pure functions from the domain's values to SVG.

Each module has one function of the same name, and needs no database. It returns a `Drawing`: the
SVG, its description, and the rows of its data table.
"""
