"""What an action spares the environment: factors, archetypes, estimates. `engine` is pure."""
