"""One module a rule about workflows: its reason, its sentence, its examples."""
