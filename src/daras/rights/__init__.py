"""What people may ask of what is held about them: to have it, to have it put right, to have it used no more.

A case of its own; each agency answers for its own part, one decides and another signs (G4).
"""
