"""The window: pages over the use cases of `setup`. The only part that imports Qt."""
