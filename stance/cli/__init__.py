"""The command line: parse, call, print. Heavy libraries wake inside the commands."""
