"""Slash commands (命令): Latin names with Chinese aliases, one table, rights checked in one place."""
