"""What a room would choose under an envelope: equal shares and the plain count (pure rules)."""
