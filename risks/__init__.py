"""Risk registers that councils share: matrices, appetite per council, controls, reviews, issues."""
