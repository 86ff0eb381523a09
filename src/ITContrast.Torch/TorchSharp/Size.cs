using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The lengths of a tensor's dimensions.</summary>
    public readonly struct Size : IEnumerable<long>
    {
        private readonly long[]? _shape;

        public Size(long[] shape) => _shape = shape;

        public Size(ReadOnlySpan<long> shape) => _shape = shape.ToArray();

        public long[] Shape => _shape ?? [];

        public int Length => Shape.Length;

        public long this[int index] => Shape[index];

        public long numel() => Shape.Aggregate(1L, (product, n) => product * n);

        public bool IsEmpty => Shape.Length == 0;

        public static implicit operator Size(long size) => new([size]);
        public static implicit operator Size(int size) => new([size]);
        public static implicit operator Size(long[] size) => new(size);
        public static implicit operator Size((long, long) size) => new([size.Item1, size.Item2]);
        public static implicit operator Size((long, long, long) size) => new([size.Item1, size.Item2, size.Item3]);
        public static implicit operator Size((long, long, long, long) size) => new([size.Item1, size.Item2, size.Item3, size.Item4]);

        public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shape).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"[{string.Join(", ", Shape)}]";
    }
}
