"""The long trial behind ``make soak``."""
