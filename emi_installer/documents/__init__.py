"""What is handed over, as text: handoff file, report, reminder, guide."""
