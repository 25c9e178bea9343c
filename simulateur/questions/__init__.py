"""The questions of the simulator, page by page, in plain French; each field carries the name of the fact it gives."""
