using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator Arange = new("arange.start_step(start, end, step, dtype, device)");
        internal static readonly Operator Eye = new("eye.m(n, m, dtype, device)");
        internal static readonly Operator Linspace = new("linspace(start, end, steps, dtype, device)");
        internal static readonly Operator Logspace = new("logspace(start, end, steps, base, dtype, device)");
        internal static readonly Operator Randint = new("randint.low_generator(low, high, size, generator, dtype, device)");
        internal static readonly Operator Randperm = new("randperm.generator(n, generator, dtype, device)");
        internal static readonly Operator Multinomial = new("multinomial(self, num_samples, replacement, generator)");
        internal static readonly Operator Bernoulli = new("bernoulli(self, generator)");
        internal static readonly Operator NormalMeanStd = new("normal.float_float(mean, std, size, generator, dtype, device)");
    }

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(
        Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        bool whole = start.Kind == ArgKind.Int && stop.Kind == ArgKind.Int && step.Kind == ArgKind.Int;
        return Ops.Arange.Call(
            start, stop, step, dtype ?? (whole ? ScalarType.Int64 : s_defaultDtype), device ?? s_defaultDevice).Needing(requires_grad);
    }

    public static Tensor eye(
        long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        NoNames(names);
        return Ops.Eye.Call(rows, columns < 0 ? rows : columns, dtype ?? s_defaultDtype, device ?? s_defaultDevice).Needing(requires_grad);
    }

    public static Tensor linspace(
        double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Ops.Linspace.Call(start, end, steps, dtype ?? s_defaultDtype, device ?? s_defaultDevice).Needing(requires_grad);

    public static Tensor logspace(
        double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false) =>
        Ops.Logspace.Call(start, end, steps, @base, dtype ?? s_defaultDtype, device ?? s_defaultDevice).Needing(requires_grad);

    public static Tensor randint(
        long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator);

    public static Tensor randint(
        long low, long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null) =>
        Ops.Randint.Call(
            low, high, Arg.Ints(size.Shape), generator, dtype ?? ScalarType.Int64, device ?? s_defaultDevice).Needing(requires_grad);

    public static Tensor randperm(
        long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Ops.Randperm.Call(n, generator, dtype ?? ScalarType.Int64, device ?? s_defaultDevice).Needing(requires_grad);

    public static Tensor normal(
        double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null) =>
        Ops.NormalMeanStd.Call(
            mean, std, Arg.Ints(size.ToArray()), generator, dtype ?? s_defaultDtype, device ?? s_defaultDevice).Needing(requires_grad);

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        Ops.Multinomial.Call(input, num_samples, replacement, generator);

    public static Tensor bernoulli(Tensor input, Generator? generator = null) => Ops.Bernoulli.Call(input, generator);

    public partial class Tensor
    {
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            torch.multinomial(this, num_samples, replacement, generator);

        public Tensor bernoulli(Generator? generator = null) => torch.bernoulli(this, generator);
    }
}
