"""What the log says about taste: what is watched together, and what a profile might like."""

FEWEST = 3
"""What fewer profiles than these have in common is shown to nobody: it would tell what one of them watches."""
