"""IT contracts: where money and environmental clauses meet, and when the next ones are written."""
