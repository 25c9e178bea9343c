"""People in training. For now its rules alone: what an admission and a way through training must keep."""
