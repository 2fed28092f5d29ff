"""The population of the marker on a date: a list for the front door, counts for others (I1)."""
