"""What programs import from tensorflow.python.feature_column: the interfaces that columns of their own implement."""
