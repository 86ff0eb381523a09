namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class init
        {
            /// <summary>Normal, cut off at [a, b] by the inverse distribution function.</summary>
            public static Tensor trunc_normal_(Tensor tensor, double mean = 0, double std = 1, double a = -2, double b = 2, Generator? generator = null)
            {
                var low = 2 * NormalCdf((a - mean) / std) - 1;
                var high = 2 * NormalCdf((b - mean) / std) - 1;
                return Fill(tensor, t =>
                {
                    using var scope = NewDisposeScope();
                    t.uniform_(low, high, generator);
                    t.erfinv_();
                    t.mul_(std * Math.Sqrt(2.0));
                    t.add_(mean);
                    t.clamp_(a, b);
                });
            }

            /// <summary>Orthonormal rows or columns, whichever are fewer, times the gain.</summary>
            public static Tensor orthogonal_(Tensor tensor, double gain = 1.0, Generator? generator = null)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                    throw new ArgumentException(
                        $"An orthogonal start needs two dimensions or more, but the tensor is [{string.Join(", ", shape)}].", nameof(tensor));
                return Fill(tensor, t =>
                {
                    using var scope = NewDisposeScope();
                    var rows = shape[0];
                    var columns = t.numel() / rows;
                    var flattened = randn(rows, columns, dtype: t.dtype, device: t.device, generator: generator);
                    var (q, r) = linalg.qr(rows < columns ? flattened.t() : flattened);
                    // The sign of R's diagonal makes the distribution uniform over orthogonal matrices.
                    q = q * r.diagonal().sign();
                    if (rows < columns) q = q.t();
                    t.copy_(q.reshape(shape) * gain);
                });
            }

            /// <summary>Ones on the diagonal of a matrix, zeros elsewhere.</summary>
            public static Tensor eye_(Tensor tensor)
            {
                if (tensor.ndim != 2)
                    throw new ArgumentException(
                        $"An identity start needs a matrix, but the tensor is [{string.Join(", ", tensor.shape)}].", nameof(tensor));
                return Fill(tensor, t =>
                {
                    using var identity = eye(t.shape[0], t.shape[1], dtype: t.dtype, device: t.device);
                    t.copy_(identity);
                });
            }

            /// <summary>Keeps the channels of a convolution's input: one at the kernel's centre, zeros elsewhere.</summary>
            public static Tensor dirac_(Tensor tensor, long groups = 1)
            {
                var shape = tensor.shape;
                if (shape.Length is < 3 or > 5 || shape[0] % groups != 0)
                    throw new ArgumentException(
                        $"A dirac start needs a kernel [out, in, …] of 3 to 5 dimensions whose out divides by {groups}, but it is [{string.Join(", ", shape)}].",
                        nameof(tensor));
                var perGroup = shape[0] / groups;
                return Fill(tensor, t =>
                {
                    using var scope = NewDisposeScope();
                    t.zero_();
                    for (long group = 0; group < groups; group++)
                        for (long channel = 0; channel < Math.Min(perGroup, shape[1]); channel++)
                        {
                            var cell = t.select(0, group * perGroup + channel).select(0, channel);
                            for (var dim = 2; dim < shape.Length; dim++) cell = cell.select(0, shape[dim] / 2);
                            cell.fill_(1);
                        }
                });
            }

            /// <summary>Normal with the given standard deviation, and in each column a share of zeros.</summary>
            public static Tensor sparse_(Tensor tensor, double sparsity, double std = 0.01, Generator? generator = null)
            {
                if (tensor.ndim != 2)
                    throw new ArgumentException(
                        $"A sparse start needs a matrix, but the tensor is [{string.Join(", ", tensor.shape)}].", nameof(tensor));
                return Fill(tensor, t =>
                {
                    using var scope = NewDisposeScope();
                    var zeroRows = (long)Math.Ceiling(sparsity * t.shape[0]);
                    t.normal_(0, std, generator);
                    for (long column = 0; column < t.shape[1]; column++)
                    {
                        var rows = randperm(t.shape[0], dtype: ScalarType.Int64, device: t.device, generator: generator).narrow(0, 0, zeroRows);
                        t.select(1, column).scatter_(0, rows, zeros(zeroRows, dtype: t.dtype, device: t.device));
                    }
                });
            }

            private static double NormalCdf(double x)
            {
                using var scope = NewDisposeScope();
                return (1 + tensor(x / Math.Sqrt(2.0), ScalarType.Float64).erf().item<double>()) / 2;
            }
        }
    }
}
