"""What a family is given of its own: prepared, reviewed by another person, released, handed over, and kept (A8, B4)."""
