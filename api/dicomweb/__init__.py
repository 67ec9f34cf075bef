"""DICOMweb (PS3.18) per project: QIDO-RS, WADO-RS, STOW-RS."""
