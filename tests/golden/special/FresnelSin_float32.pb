
.
in0Placeholder*
dtype0*
shape:
&

FresnelSin
FresnelSinin0*
T0"í