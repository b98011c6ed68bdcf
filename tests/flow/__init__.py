"""kith as its users meet it: the installed command in a process of its own, from the config to the exit code."""
