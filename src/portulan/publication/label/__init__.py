"""The candidate’s own criteria of a label: kept, answered, pasted, put back."""
