"""What the bot does: plain functions from a cause and a context to what is to be sent."""
