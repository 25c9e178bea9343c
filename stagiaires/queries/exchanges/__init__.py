"""What leaves, what waits, what was refused: one module for each thing that is exchanged."""
