"""Imports: from received bytes to indexed studies."""
