"""The legal obligations of IT in one place: who is bound, the text, the date, what is missing."""
