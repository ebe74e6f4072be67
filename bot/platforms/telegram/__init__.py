"""Telegram through the Bot API: updates put into Linli's words, and the account that asks for them and writes."""
