"""Every sentence that people read, made when it is shown."""
