"""The one place that touches this computer: assets, files, logs, memory."""
