"""Reading tabular files into clean frames, with every refused row named."""
