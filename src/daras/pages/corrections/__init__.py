"""What an agency was told that was wrong: read it, delete what was kept of it, and confirm (G2)."""
