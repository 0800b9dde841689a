"""The command-line programs of nbtf."""
