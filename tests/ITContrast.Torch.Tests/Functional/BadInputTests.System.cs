using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace ITContrast.Torch.Tests.Functional;

/// <summary>What does not fit ends in a managed exception that names the operator or layer and the shapes, and leaves no tensor behind.</summary>
public sealed class BadInputTests
{
    private static readonly Dictionary<string, (Action Do, string[] Says)> Cases = new()
    {
        ["a linear layer of another width"] = (() => Using(nn.Linear(3, 2), l => l.call(zeros(4, 5))), ["linear", "[4, 5]", "[2, 3]"]),
        ["a linear layer of another type"] = (() => Using(nn.Linear(3, 2), l => l.call(zeros(4, 3, dtype: ScalarType.Float64))), ["linear", "Float64"]),
        ["an index above the table"] = (() => Using(nn.Embedding(3, 2), l => l.call(tensor(new long[] { 0, 3 }))), ["embedding", "[3, 2]"]),
        ["an index below the table"] = (() => Using(nn.Embedding(3, 2), l => l.call(tensor(new long[] { -1 }))), ["embedding"]),
        ["a floating index"] = (() => Using(nn.Embedding(3, 2), l => l.call(zeros(2))), ["embedding", "Float32"]),
        ["channels that do not fit"] = (() => Using(nn.Conv2d(3, 4, 3), l => l.call(zeros(1, 2, 5, 5))), ["conv2d", "[1, 2, 5, 5]"]),
        ["an image smaller than the kernel"] = (() => Using(nn.Conv2d(3, 4, 7), l => l.call(zeros(1, 3, 5, 5))), ["conv2d", "[1, 3, 5, 5]"]),
        ["a batch norm of an image in one dimension"] = (() => Using(nn.BatchNorm1d(3), l => l.call(zeros(1, 3, 5, 5))), ["[N, C]", "[1, 3, 5, 5]"]),
        ["a batch norm of one value a channel"] = (() => Using(nn.BatchNorm1d(3), l => l.call(zeros(1, 3))), ["one value a channel", "[1, 3]"]),
        ["a layer norm of another width"] = (() => Using(nn.LayerNorm(3), l => l.call(zeros(2, 4))), ["layer_norm", "[2, 4]"]),
        ["a recurrent input of another width"] = (() => Using(nn.GRU(3, 2), l => l.call(zeros(5, 1, 4)).Item1), ["GRU", "[5, 1, 4]"]),
        ["a recurrent state of another batch"] = (() => Using(nn.GRU(3, 2), l => l.call(zeros(5, 1, 3), zeros(1, 2, 2)).Item1), ["gru", "[1, 2, 2]"]),
        ["a recurrent state of one layer too few"] = (
            () => Using(nn.LSTM(3, 2, 2), l => l.call(zeros(5, 1, 3), (zeros(1, 1, 2), zeros(2, 1, 2))).Item1),
            ["LSTM", "[2, 1, 2]", "[1, 1, 2]"]),
        ["lengths beyond the padding"] = (() => nn.utils.rnn.pack_padded_sequence(zeros(4, 2, 3), tensor(new long[] { 5, 1 })), ["Sequence 0", "5", "4"]),
        ["a length of zero"] = (() => nn.utils.rnn.pack_padded_sequence(zeros(4, 2, 3), tensor(new long[] { 4, 0 })), ["Sequence 1"]),
        ["lengths that rise"] = (() => nn.utils.rnn.pack_padded_sequence(zeros(4, 2, 3), tensor(new long[] { 1, 4 })), ["enforce_sorted: false"]),
        ["a class that does not exist"] = (() => functional.cross_entropy(zeros(2, 3), tensor(new long[] { 0, 3 })), ["cross_entropy", "[2, 3]"]),
        ["targets of another batch"] = (() => functional.cross_entropy(zeros(2, 3), tensor(new long[] { 0 })), ["cross_entropy", "[1]"]),
        ["attention of other keys"] = (
            () => functional.scaled_dot_product_attention(zeros(2, 3, 4), zeros(2, 5, 6), zeros(2, 5, 6)),
            ["[2, 3, 4]", "[2, 5, 6]"]),
        ["attention with a mask twice"] = (
            () => functional.scaled_dot_product_attention(zeros(3, 4), zeros(3, 4), zeros(3, 4), zeros(3, 3), is_casual: true),
            ["causal"]),
        ["a padding mask of another shape"] = (
            () => Using(nn.MultiheadAttention(4, 2), l => l.call(zeros(3, 1, 4), zeros(3, 1, 4), zeros(3, 1, 4), zeros(1, 2)).Item1),
            ["[1, 3]", "[1, 2]"]),
        ["a probability above one"] = (() => nn.Dropout(1.5), ["Dropout", "1.5"]),
        ["heads that do not divide"] = (() => nn.MultiheadAttention(4, 3), ["4", "3"]),
        ["groups that do not divide"] = (() => nn.Conv1d(3, 4, 1, groups: 2), ["groups = 2"]),
        ["a layer of no width"] = (() => nn.Linear(0, 3), ["inputSize"]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Says_what_was_given_and_what_fits(string name) => Live.Balanced(() =>
    {
        var error = Assert.ThrowsAny<Exception>(Cases[name].Do);
        Assert.True(error is ArgumentException or TorchException, error.ToString());
        Assert.All(Cases[name].Says, part => Assert.Contains(part, error.Message, StringComparison.OrdinalIgnoreCase));
    });

    private static void Using<T>(T layer, Func<T, Tensor> call) where T : nn.Module
    {
        using (layer) call(layer);
    }
}
