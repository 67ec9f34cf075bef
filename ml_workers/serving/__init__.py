"""The model service: one frame in, contours out, while a person waits. See
``docs/operations/model-service.md``."""
