
.
in0Placeholder*
dtype0*
shape:
&

FresnelCos
FresnelCosin0*
T0"í