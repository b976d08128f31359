"""The demonstration: a package, so that its tests share one (pytest ends it with them)."""
