"""What people mean: rules on words and places, and the weights behind them."""
