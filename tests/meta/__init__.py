"""What holds for the repository as a whole: layers, sizes, names, documents, packaging."""
