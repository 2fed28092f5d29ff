"""Management commands of this layer, run with `./daras manage`."""
