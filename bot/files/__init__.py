"""What people write into files: configuration, roster, tables; read whole, every problem said with its remedy."""
