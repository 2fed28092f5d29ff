"""How what is recorded may be handled: the grade of police information and the one line agreed to be minuted of it; who
is a new recipient, and why something is shared with them (G4)."""
