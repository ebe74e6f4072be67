"""What Linli talks about: knows no platform, no database, no clock."""
