"""Recordings of a service without secrets, and what is learned from them."""
