"""Who is responsible for a child and where the child was found, and a matter that goes to another authority (A14)."""
