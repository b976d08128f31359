"""What a board reads of an arbitration: sentences and rows, in both languages, without Django."""
