"""Questions that a director asks, each answered whole: for an assistant, and for any program."""
