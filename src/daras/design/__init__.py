"""How Daras looks: the vendored components, our own few, and the Jinja environment that renders them. No data of its own."""
