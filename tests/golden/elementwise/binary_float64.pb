
.
in0Placeholder*
dtype0*
shape:
.
in1Placeholder*
dtype0*
shape:

AddAddin0in1*
T0
!
AddV2AddV2in0in1*
T0

SubSubin0in1*
T0

MulMulin0in1*
T0
%
RealDivRealDivin0in1*
T0

DivDivin0in1*
T0
'
FloorDivFloorDivin0in1*
T0
'
FloorModFloorModin0in1*
T0
-
TruncateDivTruncateDivin0in1*
T0
-
TruncateModTruncateModin0in1*
T0

ModModin0in1*
T0
'
DivNoNanDivNoNanin0in1*
T0
'
MulNoNanMulNoNanin0in1*
T0
!
XdivyXdivyin0in1*
T0
!
XlogyXlogyin0in1*
T0
%
Xlog1pyXlog1pyin0in1*
T0

PowPowin0in1*
T0
9
SquaredDifferenceSquaredDifferencein0in1*
T0
%
MaximumMaximumin0in1*
T0
%
MinimumMinimumin0in1*
T0
!
Atan2Atan2in0in1*
T0
)
	NextAfter	NextAfterin0in1*
T0
A
EqualEqualin0in1*
T0*
incompatible_shape_error(
G
NotEqualNotEqualin0in1*
T0*
incompatible_shape_error(
K
ApproximateEqualApproximateEqualin0in1*
T0*
	tolerance%š™?

LessLessin0in1*
T0
)
	LessEqual	LessEqualin0in1*
T0
%
GreaterGreaterin0in1*
T0
/
GreaterEqualGreaterEqualin0in1*
T0"í