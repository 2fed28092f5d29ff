"""People in files: who of one list is who of another, or twice in one. Reads and writes files only, and knows no
database; the weights, guards and keys are those of `daras.matching`."""
