"""The calendar of a profile: what airs, what was seen, and the feed that other programs read."""
