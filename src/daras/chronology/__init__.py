"""What every agency knows to have happened to people, in order of time, as far as the reader may see (A5, G2)."""
