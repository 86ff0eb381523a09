using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace ITContrast.Torch.Tests.Parity;

/// <summary>
/// The functions that TorchSharp offers as layers only, and one whose arguments it takes in another order (0.107 adds the third to the product of the others).
/// </summary>
internal static partial class OperatorCases
{
    static partial void AddOwn(Dictionary<string, Func<Tensor[], Tensor>> cases)
    {
        cases["baddbmm"] = x => x[0].baddbmm(x[1], x[2]);
        cases["embedding"] = x => F.embedding(tensor(new long[,] { { 1, 5, 1 }, { 0, 2, 3 } }), x[0], padding_idx: 0);
        cases["gru"] = x => NnOps.gru(x[0], x[1], x[2..], true, 1, 0, false, false, false).Item1;
        cases["lstm"] = x => NnOps.lstm(x[0], x[1], x[2], x[3..], true, 1, 0, false, false, false).Item1;
    }
}
