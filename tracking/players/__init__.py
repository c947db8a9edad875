"""Media servers that tell what is played: read, recognised, logged once, and how far it is."""
