
.
in0Placeholder*
dtype0*
shape:

ErfinvErfinvin0*
T0"í