"""Who will cancel a subscription: training, prediction and a service."""
