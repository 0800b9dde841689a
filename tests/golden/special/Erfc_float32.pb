
.
in0Placeholder*
dtype0*
shape:

ErfcErfcin0*
T0"í