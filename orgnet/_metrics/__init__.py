"""The measures, a family a file; `orgnet.metrics` is their public face."""
