"""Files and folders that leadform reads or keeps.

``path_faults.py`` explains why one cannot be used. ``private_folder.py`` makes a folder that only its owner
can enter, and ``atomic_write.py`` replaces a file in one step.
"""
