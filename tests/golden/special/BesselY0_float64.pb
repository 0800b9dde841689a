
.
in0Placeholder*
dtype0*
shape:
"
BesselY0BesselY0in0*
T0"í