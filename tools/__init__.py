"""Programs that write documents and pictures, or show how the code behaves; none is installed."""
