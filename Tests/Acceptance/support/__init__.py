"""What the acceptance tests share. Written from the contract alone: nothing here knows how jobsweep works inside."""
