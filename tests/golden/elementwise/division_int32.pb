
.
in0Placeholder*
dtype0*
shape:
.
in1Placeholder*
dtype0*
shape:

DivDivin0in1*
T0
'
FloorDivFloorDivin0in1*
T0
'
FloorModFloorModin0in1*
T0
-
TruncateDivTruncateDivin0in1*
T0
-
TruncateModTruncateModin0in1*
T0

ModModin0in1*
T0"í