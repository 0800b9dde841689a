
.
in0Placeholder*
dtype0*
shape:

ExpintExpintin0*
T0"í