"""What tools/check_style.py is made of: reading C++ well enough to judge it."""
