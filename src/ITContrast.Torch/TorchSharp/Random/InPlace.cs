using ITContrast.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static partial class Ops
    {
        internal static readonly Operator UniformInPlace = new("uniform_(self, from, to, generator)");
        internal static readonly Operator NormalInPlace = new("normal_(self, mean, std, generator)");
        internal static readonly Operator BernoulliInPlace = new("bernoulli_.float(self, p, generator)");
        internal static readonly Operator RandomInPlace = new("random_.from(self, from, to, generator)");
        internal static readonly Operator ExponentialInPlace = new("exponential_(self, lambd, generator)");
    }

    public partial class Tensor
    {
        public Tensor uniform_(double from = 0, double to = 1, Generator? generator = null) =>
            InPlace(Ops.UniformInPlace, from, to, generator);
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            InPlace(Ops.NormalInPlace, mean, std, generator);
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => InPlace(Ops.BernoulliInPlace, p, generator);
        public Tensor random_(double from, double to, Generator? generator = null) =>
            InPlace(Ops.RandomInPlace, (long)from, (long)to, generator);
        public Tensor exponential_(double lambda = 1, Generator? generator = null) => InPlace(Ops.ExponentialInPlace, lambda, generator);
    }
}
