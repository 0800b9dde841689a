
.
in0Placeholder*
dtype0*
shape:

DawsnDawsnin0*
T0"í