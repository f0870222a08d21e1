"""What a check has found, as data, and everything that prints or writes it."""
