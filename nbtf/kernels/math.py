"""Products of matrices."""

from nbtf.kernels.jit import kernel


@kernel(rank=2, fastmath={"contract"})
def matmul(a, b, product, transpose_a, transpose_b):
    rows, columns = product.shape
    depth = a.shape[0] if transpose_a else a.shape[1]
    for i in range(rows):
        for j in range(columns):
            product[i, j] = 0
        for k in range(depth):
            x = a[k, i] if transpose_a else a[i, k]
            if transpose_b:
                for j in range(columns):
                    product[i, j] += x * b[j, k]
            else:
                for j in range(columns):
                    product[i, j] += x * b[k, j]
