"""How Daras looks: the vendored components, our own few, and what renders them. No data of its own."""
