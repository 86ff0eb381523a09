using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Recurrent layers, on padded and on packed sequences.</summary>
internal static partial class NnOps
{
    private static readonly Operator OpGru = new("gru.input(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)");
    private static readonly Operator OpGruPacked = new("gru.data(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)");
    private static readonly Operator OpLstm = new("lstm.input(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)");
    private static readonly Operator OpLstmPacked = new("lstm.data(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)");
    private static readonly Operator OpPackPaddedSequence = new("_pack_padded_sequence(input, lengths, batch_first)");
    private static readonly Operator OpPadPackedSequence = new("_pad_packed_sequence(data, batch_sizes, batch_first, padding_value, total_length)");

    public static (Tensor, Tensor) gru(
        Tensor input, Tensor hx, Tensor[] weights, bool has_biases, long num_layers, double dropout, bool train, bool bidirectional, bool batch_first) =>
        OpGru.CallPair(input, hx, Arg.List(weights), has_biases, num_layers, dropout, train, bidirectional, batch_first);

    public static (Tensor, Tensor) gru_packed(
        Tensor data, Tensor batch_sizes, Tensor hx, Tensor[] weights, bool has_biases, long num_layers, double dropout, bool train, bool bidirectional) =>
        OpGruPacked.CallPair(data, batch_sizes, hx, Arg.List(weights), has_biases, num_layers, dropout, train, bidirectional);

    public static (Tensor, Tensor, Tensor) lstm(
        Tensor input,
        Tensor h,
        Tensor c,
        Tensor[] weights,
        bool has_biases,
        long num_layers,
        double dropout,
        bool train,
        bool bidirectional,
        bool batch_first) => OpLstm.CallTriple(input, Arg.List([h, c]), Arg.List(weights), has_biases, num_layers, dropout, train, bidirectional, batch_first);

    public static (Tensor, Tensor, Tensor) lstm_packed(
        Tensor data,
        Tensor batch_sizes,
        Tensor h,
        Tensor c,
        Tensor[] weights,
        bool has_biases,
        long num_layers,
        double dropout,
        bool train,
        bool bidirectional
    ) => OpLstmPacked.CallTriple(data, batch_sizes, Arg.List([h, c]), Arg.List(weights), has_biases, num_layers, dropout, train, bidirectional);

    public static (Tensor, Tensor) pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first) =>
        OpPackPaddedSequence.CallPair(input, lengths, batch_first);

    public static (Tensor, Tensor) pad_packed_sequence(
        Tensor data, Tensor batch_sizes, bool batch_first, double padding_value, long total_length) =>
        OpPadPackedSequence.CallPair(data, batch_sizes, batch_first, padding_value, total_length);
}
