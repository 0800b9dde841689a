"""Trains the network on handwritten digits: `python -m models.mobilenet.train`. Needs scikit-learn."""

from models import classifier
from models.mobilenet import network

if __name__ == "__main__":
    classifier.main(network.build, "mobilenet")
