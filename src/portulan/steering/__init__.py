"""What makes a plan move: what was voted and sealed, what moved since, committees and mail."""
