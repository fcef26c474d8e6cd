"""An independent HTTP server for the CYNOD contract, written from the contract alone."""
