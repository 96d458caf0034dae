"""Every sentence of the domain that people read, made when it is shown; values never hold one."""
