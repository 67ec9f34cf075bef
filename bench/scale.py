SMALL = FULL = None
