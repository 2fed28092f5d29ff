"""Whether the records under one number are of one person: side by side, taken apart, kept or joined again."""
