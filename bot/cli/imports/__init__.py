"""What a committee has in its tables, brought into Linli: old matters, and which account lives where."""
