"""The optimiser of portfolios and its explanations: pure, usable without a database."""
