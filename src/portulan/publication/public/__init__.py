"""What an organisation shows to everybody: a page, its data, the figures behind it."""
