"""The parts of a REEN strategy and of its yearly report."""
