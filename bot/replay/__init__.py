"""The dry run: what Linli would have done with a chat history. Real handlers, a database of its own, nothing sent."""
