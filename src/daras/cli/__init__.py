"""The command line: `./daras COMMAND`, one module a command."""
