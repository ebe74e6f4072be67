"""A simulated month of a compound: people who sleep, forget and fall ill, and an account of every promise."""
