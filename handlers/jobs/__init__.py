"""Periodic duties: each a plain function from a context to what is to be said, safe to run twice or late."""
