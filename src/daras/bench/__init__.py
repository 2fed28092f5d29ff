"""What Daras costs, measured on this machine beside its targets and beside what somebody would use instead."""

#: The moment at which everything is measured, so that what is owed and counted is the same every time.
NOW = "2026-11-24T12:00:00+00:00"
