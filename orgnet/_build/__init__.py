"""Readers, headings, the door where everything is checked, conversion and writing."""
