"""Stands in for PyYAML, of which the benchmark sets the loader."""

SafeLoader = object
