"""What people may ask of what is held of them: to have it, put right, used no more. A case of its own;
each agency answers for its own part, one decides and another signs (G4)."""
