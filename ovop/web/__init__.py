"""Pages: thin routes over the capabilities."""
