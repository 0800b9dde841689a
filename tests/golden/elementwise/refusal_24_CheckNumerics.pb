
6
PlaceholderPlaceholder*
dtype0*
shape:
G
CheckNumericsCheckNumericsPlaceholder*
T0*
messagehere"í