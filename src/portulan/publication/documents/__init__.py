"""Documents: frozen cells built once from the plan, then written by one renderer per output."""
