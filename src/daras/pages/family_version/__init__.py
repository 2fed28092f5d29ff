"""A family's own version of a discussion: written, read by somebody else, released, printed, handed over."""
