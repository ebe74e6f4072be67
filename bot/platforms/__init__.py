"""The messengers, one file each (Telegram has three helpers). They translate; no rule of Linli's lives here."""
