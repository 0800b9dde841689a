
6
PlaceholderPlaceholder*
dtype0*
shape:
K
CheckNumericsV2CheckNumericsV2Placeholder*
T0*
messagehere"í