"""Prints: tagged PDF (PDF/UA-1), each copy watermarked with who made it and when; each is an export in the trail."""
