
.
in0Placeholder*
dtype0*
shape:

SpenceSpencein0*
T0"í