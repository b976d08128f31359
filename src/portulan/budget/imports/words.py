"""The words of the long work of imports, which pages read without loading what does it."""

KIND = "import"  # of task
WRITING = "writing"  # its stage
LARGE = 5_000  # lines: beyond, writing them would hold the database for a second
