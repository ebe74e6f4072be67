"""A real WeChat gateway (wechaty's puppet server on Node) around a pretend account, for the tests."""
