"""The array engine: graph views and exact measures over unit rows, without labels or tables."""
