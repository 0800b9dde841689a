
6
PlaceholderPlaceholder*
dtype0*
shape:
4
BitcastBitcastPlaceholder*
T0*

type0"í