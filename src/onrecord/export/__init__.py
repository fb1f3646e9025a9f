"""Records out of the program and back."""
