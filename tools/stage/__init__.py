"""What stands on the stage of a proof: the application that the server runs, and the client's means."""
