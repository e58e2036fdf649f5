"""The rows of the table of parity, by chapter: see `common`."""
