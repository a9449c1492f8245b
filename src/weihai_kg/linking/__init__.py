"""Links to outside data sets: finding candidates, review, acceptance, and checks of what stands.

A curator's tool: it reads the sources and writes review files and mapping tables; the serving half
knows nothing of it.
"""
