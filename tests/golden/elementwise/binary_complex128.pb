
.
in0Placeholder*
dtype0*
shape:
.
in1Placeholder*
dtype0*
shape:

AddAddin0in1*
T0
!
AddV2AddV2in0in1*
T0

SubSubin0in1*
T0

MulMulin0in1*
T0
%
RealDivRealDivin0in1*
T0

DivDivin0in1*
T0
'
DivNoNanDivNoNanin0in1*
T0
'
MulNoNanMulNoNanin0in1*
T0
!
XdivyXdivyin0in1*
T0
!
XlogyXlogyin0in1*
T0
%
Xlog1pyXlog1pyin0in1*
T0

PowPowin0in1*
T0
9
SquaredDifferenceSquaredDifferencein0in1*
T0
A
EqualEqualin0in1*
T0*
incompatible_shape_error(
G
NotEqualNotEqualin0in1*
T0*
incompatible_shape_error("í