"""The files and folders that leadform keeps or reads: whose they must be, and why one cannot be used."""
