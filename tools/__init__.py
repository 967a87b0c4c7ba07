"""Programs that write documents and pictures, or show how the code runs; none of them is installed."""
