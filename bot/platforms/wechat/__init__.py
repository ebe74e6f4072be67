"""WeChat through a wechaty gateway: one connection, its events put into Linli's words, and the account that writes."""
