"""The screens of the candidate’s own criteria of a label."""
