"""Trains the network on handwritten digits: `python -m models.resnet.train`. Needs scikit-learn."""

from models import classifier
from models.resnet import network

if __name__ == "__main__":
    classifier.main(network.build, "resnet")
