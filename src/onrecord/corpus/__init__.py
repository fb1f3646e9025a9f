"""What holds over many articles: who is the same person (``people``), and which articles are one (``copies``).

Pure functions: they know no database and no file, and give the same answer in whatever order they are asked.
"""
