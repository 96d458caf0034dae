"""The window: a QWizard over `Installation`. The only part that imports Qt."""
