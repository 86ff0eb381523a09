namespace TorchSharp;

public static partial class torch
{
    /// <summary>One entry between an indexer's brackets.</summary>
    public readonly struct TensorIndex
    {
        internal enum Form { None, Ellipsis, Single, Bool, Slice, Tensor }

        internal readonly Form Kind;
        internal readonly long? Start;
        internal readonly long? Stop;
        internal readonly long? Step;
        internal readonly Tensor? Values;

        private TensorIndex(Form kind, long? start = null, long? stop = null, long? step = null, Tensor? values = null)
        {
            Kind = kind;
            Start = start;
            Stop = stop;
            Step = step;
            Values = values;
        }

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(Form.Slice, start, stop, step);

        public static TensorIndex Slice((int? start, int? end) range) => new(Form.Slice, range.start, range.end);

        public static TensorIndex Slice(Range range) => range;

        public static TensorIndex Single(long? index) => new(Form.Single, index ?? throw new ArgumentNullException(nameof(index)));

        public static TensorIndex Bool(bool value) => new(Form.Bool, value ? 1 : 0);

        public static TensorIndex Tensor(Tensor tensor) => new(Form.Tensor, values: tensor);

        public static TensorIndex Ellipsis => new(Form.Ellipsis);

        /// <summary>A new dimension of length one.</summary>
        public static TensorIndex None => new(Form.None);

        /// <inheritdoc cref="None"/>
        public static TensorIndex Null => None;

        public static TensorIndex Colon => new(Form.Slice);

        public static implicit operator TensorIndex(long value) => Single(value);
        public static implicit operator TensorIndex(Tensor tensor) => Tensor(tensor);
        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        public static implicit operator TensorIndex(Range range)
        {
            long? start = range.Start.IsFromEnd ? -(long)range.Start.Value : range.Start.Value;
            long? stop = !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -(long)range.End.Value;
            if (range.Start.IsFromEnd && range.Start.Value == 0) start = long.MaxValue;
            return Slice(start, stop);
        }
    }
}
