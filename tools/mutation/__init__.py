"""What tools/mutate.py is made of: finding, planting and judging small mistakes in core."""
