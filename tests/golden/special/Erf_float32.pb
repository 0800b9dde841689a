
.
in0Placeholder*
dtype0*
shape:

ErfErfin0*
T0"í