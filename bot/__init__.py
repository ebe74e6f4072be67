"""The machine: how words come in, when things run, how words go out."""
