
/
predPlaceholder*
dtype0
*
shape:
.
xPlaceholder*
dtype0*
shape:
"
switchSwitchxpred*
T0"í