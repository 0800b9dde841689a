
.
in0Placeholder*
dtype0*
shape:
"
BesselY1BesselY1in0*
T0"í