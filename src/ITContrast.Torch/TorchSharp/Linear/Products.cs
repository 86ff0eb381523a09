using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator Matmul = new("matmul(self, other)");
        internal static readonly Operator Mm = new("mm(self, mat2)");
        internal static readonly Operator Mv = new("mv(self, vec)");
        internal static readonly Operator Bmm = new("bmm(self, mat2)");
        internal static readonly Operator Dot = new("dot(self, tensor)");
        internal static readonly Operator Outer = new("outer(self, vec2)");
        internal static readonly Operator Addmm = new("addmm(self, mat1, mat2, beta, alpha)");
        internal static readonly Operator AddmmInPlace = new("addmm_(self, mat1, mat2, beta, alpha)");
        internal static readonly Operator Baddbmm = new("baddbmm(self, batch1, batch2, beta, alpha)");
        internal static readonly Operator Einsum = new("einsum(equation, tensors)");
        internal static readonly Operator Cdist = new("cdist(x1, x2, p)");
        internal static readonly Operator Cross = new("linalg_cross(self, other, dim)");
        internal static readonly Operator Svd = new("linalg_svd(A, full_matrices)");
        internal static readonly Operator Eigh = new("linalg_eigh(self, UPLO)");
        internal static readonly Operator Qr = new("linalg_qr(A, mode)");
        internal static readonly Operator Inverse = new("linalg_inv(A)");
        internal static readonly Operator Cholesky = new("linalg_cholesky(self, upper)");
        internal static readonly Operator Solve = new("linalg_solve(A, B, left)");
        internal static readonly Operator Det = new("linalg_det(A)");
    }

    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Ops.Matmul.Call(this, target);
        public Tensor mm(Tensor target) => Ops.Mm.Call(this, target);
        public Tensor mv(Tensor target) => Ops.Mv.Call(this, target);
        public Tensor bmm(Tensor batch2) => Ops.Bmm.Call(this, batch2);
        public Tensor dot(Tensor target) => Ops.Dot.Call(this, target);
        public Tensor outer(Tensor vec2) => Ops.Outer.Call(this, vec2);
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Ops.Addmm.Call(this, mat1, mat2, beta, alpha);
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Ops.AddmmInPlace.Call(this, mat1, mat2, beta, alpha);
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Ops.Baddbmm.Call(this, batch1, batch2, beta, alpha);
    }

    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);
    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);
    public static Tensor mv(Tensor input, Tensor target) => input.mv(target);
    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);
    public static Tensor dot(Tensor input, Tensor other) => input.dot(other);
    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);
    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
        input.addmm(mat1, mat2, beta, alpha);
    public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
        input.baddbmm(batch1, batch2, beta, alpha);
    public static Tensor einsum(string equation, params Tensor[] tensors) => Ops.Einsum.Call(equation, Arg.List(tensors));
    public static Tensor cdist(Tensor x1, Tensor x2, double p = 2) => Ops.Cdist.Call(x1, x2, p);

    /// <summary>Decompositions.</summary>
    public static class linalg
    {
        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) =>
            Ops.Svd.CallTriple(input, fullMatrices);
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Ops.Eigh.CallPair(input, UPLO.ToString());
        public static (Tensor Q, Tensor R) qr(Tensor input) => Ops.Qr.CallPair(input, "reduced");
        public static Tensor inv(Tensor input) => Ops.Inverse.Call(input);
        public static Tensor cholesky(Tensor input) => Ops.Cholesky.Call(input, false);
        public static Tensor solve(Tensor A, Tensor B, bool left = true) => Ops.Solve.Call(A, B, left);
        public static Tensor det(Tensor input) => Ops.Det.Call(input);
        public static Tensor cross(Tensor input, Tensor other, long dim = -1) => Ops.Cross.Call(input, other, dim);
    }
}
