"""The sandbox as processes: one application, its workers, its files and the rows it deletes."""
