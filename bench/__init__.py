"""`make bench`: what a page, a verdict and the feed cost, as shares of a floor measured in the same run."""
