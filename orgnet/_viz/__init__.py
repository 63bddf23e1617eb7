"""Pictures of networks and results: pages to explore, and plots to print. The public face is `orgnet.viz`."""
