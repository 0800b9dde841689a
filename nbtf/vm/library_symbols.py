"""What compiled code may ask of the process that loads it."""

# Resolved in the process by LLVM; code that needs any other symbol is refused, at build and again at load.
LIBRARY_SYMBOLS = frozenset(
    """
    memcpy memset memmove bcmp memcmp exp expf exp2 exp2f expm1 expm1f log logf log2 log2f log10 log10f log1p
    log1pf pow powf sqrt sqrtf cbrt sin sinf cos cosf tan tanf asin asinf acos acosf atan atanf atan2 atan2f
    sinh sinhf cosh coshf tanh tanhf asinh asinhf acosh acoshf atanh atanhf erf erff erfc erfcf lgamma lgammaf
    tgamma tgammaf floor floorf ceil ceilf trunc truncf rint rintf round roundf nearbyint nearbyintf fmod fmodf
    ldexp ldexpf frexp frexpf hypot hypotf fma fmaf copysign copysignf nextafter nextafterf sincos sincosf fmin
    fminf fmax fmaxf
    read write sched_yield
    """.split()  # noqa: SIM905
)
