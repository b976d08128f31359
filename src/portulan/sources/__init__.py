"""Sources: tools that an IT department runs already, and files, that feed indicators.

Readers (one a tool) and formulas are pure: files and a day in, figures out, each with what it
covers, or refused with its reason. What is unknown counts in the coverage, never as 0.
"""
