"""Files and folders that leadform reads or keeps: who owns them, and why one cannot be used."""
