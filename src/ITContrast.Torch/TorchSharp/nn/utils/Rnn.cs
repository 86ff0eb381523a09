namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            public static partial class rnn
            {
                /// <summary>Drops the padding of <c>[L, N, …]</c> (<c>[N, L, …]</c> with batch_first).</summary>
                /// <param name="input">Padded sequences.</param>
                /// <param name="lengths">int64 <c>[N]</c>, each at least 1; read on the CPU.</param>
                /// <param name="batch_first">Whether the batch is the first dimension.</param>
                /// <param name="enforce_sorted">True demands falling lengths; false sorts, and remembers the order.</param>
                /// <exception cref="ArgumentException">A length is not positive, longer than the padding, or missing.</exception>
                public static PackedSequence pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first = false, bool enforce_sorted = true)
                {
                    using var scope = NewDisposeScope();
                    var onHost = lengths.to(CPU).to(ScalarType.Int64);
                    var values = onHost.data<long>().ToArray();
                    CheckLengths(input, values, batch_first, enforce_sorted);
                    if (enforce_sorted)
                    {
                        var (packed, sizes) = NnOps.pack_padded_sequence(input, onHost, batch_first);
                        return new PackedSequence(packed.MoveToOuterDisposeScope(), sizes.MoveToOuterDisposeScope(), null, null);
                    }
                    var (sorted, order) = Sort(values);
                    var orderTensor = tensor(order, device: input.device);
                    var inverse = tensor(Invert(order), device: input.device);
                    var (data, batchSizes) = NnOps.pack_padded_sequence(input.index_select(batch_first ? 0 : 1, orderTensor), tensor(sorted), batch_first);
                    return new PackedSequence(
                        data.MoveToOuterDisposeScope(),
                        batchSizes.MoveToOuterDisposeScope(),
                        orderTensor.MoveToOuterDisposeScope(),
                        inverse.MoveToOuterDisposeScope());
                }

                /// <summary>Puts padding back: the padded sequences in their original order, and their lengths.</summary>
                /// <param name="sequence">What <see cref="pack_padded_sequence"/> made, or a recurrent layer returned.</param>
                /// <param name="batch_first">Whether the batch is the first dimension of the result.</param>
                /// <param name="padding_value">What stands behind the end of a sequence.</param>
                /// <param name="total_length">Pads to this length; null to the longest sequence.</param>
                public static (Tensor, Tensor) pad_packed_sequence(
                    PackedSequence sequence, bool batch_first = false, double padding_value = 0.0, long? total_length = null)
                {
                    using var scope = NewDisposeScope();
                    var steps = sequence.batch_sizes.shape[0];
                    if (total_length < steps)
                        throw new ArgumentException(
                            $"total_length is {total_length}, but the longest sequence has {steps} steps.", nameof(total_length));
                    var (padded, lengths) = NnOps.pad_packed_sequence(sequence.data, sequence.batch_sizes, batch_first, padding_value, total_length ?? steps);
                    if (sequence.unsorted_indices is { } order)
                    {
                        padded = padded.index_select(batch_first ? 0 : 1, order);
                        lengths = lengths.index_select(0, order.to(CPU));
                    }
                    return (padded.MoveToOuterDisposeScope(), lengths.MoveToOuterDisposeScope());
                }

                /// <summary>Stacks sequences <c>[L_i, …]</c> with padding behind the shorter ones.</summary>
                public static Tensor pad_sequence(IEnumerable<Tensor> sequences, bool batch_first = false, double padding_value = 0.0)
                {
                    using var scope = NewDisposeScope();
                    var list = sequences.ToArray();
                    if (list.Length == 0) throw new ArgumentException("There is no sequence to pad.", nameof(sequences));
                    var longest = list.Max(s => s.shape[0]);
                    var rows = list.Select(s => s.shape[0] == longest ? s : functional.pad(s, EndPadding(s, longest), value: padding_value)).ToArray();
                    return stack(rows, batch_first ? 0 : 1).MoveToOuterDisposeScope();
                }

                private static long[] EndPadding(Tensor sequence, long length)
                {
                    var pad = new long[2 * sequence.ndim];
                    pad[^1] = length - sequence.shape[0];
                    return pad;
                }

                private static (long[] Sorted, long[] Order) Sort(long[] lengths)
                {
                    // LINQ's ordering is stable, so equal lengths keep the order of the batch.
                    var order = Enumerable.Range(0, lengths.Length).OrderByDescending(i => lengths[i]).Select(i => (long)i).ToArray();
                    return ([.. order.Select(i => lengths[i])], order);
                }

                private static long[] Invert(long[] order)
                {
                    var inverse = new long[order.Length];
                    for (var i = 0; i < order.Length; i++) inverse[order[i]] = i;
                    return inverse;
                }

                private static void CheckLengths(Tensor input, long[] lengths, bool batch_first, bool sorted)
                {
                    if (input.ndim < 2)
                        throw new ArgumentException(
                            $"Padded sequences need two dimensions or more, but the input is [{string.Join(", ", input.shape)}].", nameof(input));
                    var (steps, batch) = batch_first ? (input.shape[1], input.shape[0]) : (input.shape[0], input.shape[1]);
                    if (lengths.Length != batch)
                        throw new ArgumentException($"Expected a length for each of {batch} sequences, found {lengths.Length}.", nameof(lengths));
                    for (var i = 0; i < lengths.Length; i++)
                    {
                        if (lengths[i] < 1 || lengths[i] > steps)
                            throw new ArgumentException(
                                $"Sequence {i} has length {lengths[i]}; expected 1 to {steps}, the padded length.", nameof(lengths));
                        if (sorted && i > 0 && lengths[i] > lengths[i - 1])
                            throw new ArgumentException(
                                $"Lengths must fall, but sequence {i} ({lengths[i]}) is longer than the one before; sort, or pass enforce_sorted: false.",
                                nameof(lengths));
                    }
                }
            }
        }
    }
}
