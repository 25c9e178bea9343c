"""The pages of the intentions, by what one comes to do."""
