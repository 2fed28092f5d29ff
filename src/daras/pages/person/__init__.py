"""The page of a child or an adult: now, family, chronology, documents, sharing; as known on any date (A5, G2, G5)."""
