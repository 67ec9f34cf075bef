"""What is read and how, in frozen versions."""
