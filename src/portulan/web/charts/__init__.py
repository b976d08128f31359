"""The charts of the screens: pure functions from frozen dataclasses to SVG.

Each module has one dataclass and one function of the same name, and needs neither Django nor a
database. A function returns a `Drawing`: the SVG, its description, and the rows of its data table.
"""
