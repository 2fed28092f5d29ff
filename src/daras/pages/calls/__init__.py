"""Evening calls to parents: on a matter, and all that are to be made (A6)."""
