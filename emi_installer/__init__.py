"""The EMI installer: connects a contact center's EMI Server to Microsoft Teams."""

__version__ = "0.1.0"
