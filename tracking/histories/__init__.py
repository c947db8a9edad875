"""Histories brought from elsewhere: read from a file, matched with the catalogue, looked over, applied, taken back."""
