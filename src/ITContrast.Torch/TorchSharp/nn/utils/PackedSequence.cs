namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                /// <summary>
                /// Sequences of different lengths, laid out time step by time step without padding: <c>data [Σ lengths, …]</c> and, for each step,
                /// how many sequences still run. Owns its tensors.
                /// </summary>
                public sealed class PackedSequence : IDisposable
                {
                    internal PackedSequence(Tensor data, Tensor batch_sizes, Tensor? sorted_indices, Tensor? unsorted_indices)
                    {
                        this.data = data;
                        this.batch_sizes = batch_sizes;
                        this.sorted_indices = sorted_indices;
                        this.unsorted_indices = unsorted_indices;
                    }

                    public Tensor data { get; }

                    /// <summary>Sequences at each step, int64 on the CPU, never rising.</summary>
                    public Tensor batch_sizes { get; }

                    /// <summary>Which original sequence stands at each sorted place; null when the input was sorted already.</summary>
                    public Tensor? sorted_indices { get; }

                    public Tensor? unsorted_indices { get; }

                    internal long Batch
                    {
                        get
                        {
                            using var first = batch_sizes.narrow(0, 0, 1);
                            return first.item<long>();
                        }
                    }

                    /// <summary>A state <c>[layers, N, H]</c> in the order of the sorted sequences.</summary>
                    internal Tensor Sorted(Tensor state) => sorted_indices is null ? state.alias() : state.index_select(1, sorted_indices);

                    internal Tensor Unsorted(Tensor state) => unsorted_indices is null ? state.alias() : state.index_select(1, unsorted_indices);

                    /// <summary>The same layout around other data; its tensors move to the scope outside the caller's.</summary>
                    internal PackedSequence With(Tensor newData) => new(
                        newData.MoveToOuterDisposeScope(),
                        batch_sizes.alias().MoveToOuterDisposeScope(),
                        sorted_indices?.alias().MoveToOuterDisposeScope(),
                        unsorted_indices?.alias().MoveToOuterDisposeScope());

                    public void Dispose()
                    {
                        data.Dispose();
                        batch_sizes.Dispose();
                        sorted_indices?.Dispose();
                        unsorted_indices?.Dispose();
                    }
                }
            }
        }
    }
}
