"""A simulated Microsoft Entra and Graph, at the level of HTTP: for the demo and for tests. Imports none of ours."""
