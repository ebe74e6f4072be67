"""The bot as an operator runs it: a process of its own, against the stand-in server, killed and hindered."""
