"""What programs import from tensorflow.contrib.framework.python.ops."""
