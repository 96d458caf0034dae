"""The one place that touches the Microsoft tenant."""
