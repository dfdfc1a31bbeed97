"""The command `parley` and its subcommands."""
