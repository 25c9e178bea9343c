"""What is told to partners: decided when the act is done, written beside it, sent afterwards."""
