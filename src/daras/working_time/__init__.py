"""Working and elapsed time: the clocks that safeguarding duties run by."""
