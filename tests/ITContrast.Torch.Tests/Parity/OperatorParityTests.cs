using System.Text.Json;
using ITContrast.Torch.Tests.Goldens;
using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Parity;

public sealed partial class OperatorParityTests
{
    private const double Step = 1e-6;

    private static readonly Lazy<JsonDocument> s_goldens = new(() =>
        JsonDocument.Parse(File.ReadAllBytes(PyTorchHere.File("operators.json"))));

    public static TheoryData<string> Names => new(OperatorCases.All.Keys);

    [Theory, MemberData(nameof(Names))]
    public void Values_and_gradients_are_pytorchs(string name) => Live.Balanced(() =>
    {
        JsonElement golden = Golden(name);
        Tensor[] inputs = Inputs(golden, ScalarType.Float32);
        Tensor output = OperatorCases.All[name](inputs);
        Assert.Equal(golden.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), output.shape);
        Close(golden.GetProperty("output"), output);
        (output * OperatorCases.Grid(9, output.shape, false, ScalarType.Float32)).sum().backward();
        foreach ((Tensor input, JsonElement gradient) in inputs.Zip(golden.GetProperty("gradients").EnumerateArray())) Close(gradient, input.grad!);
    });

    [Theory, MemberData(nameof(Names))]
    public void Gradients_are_the_slopes_of_the_values(string name) => Live.Balanced(() =>
    {
        JsonElement golden = Golden(name);
        Tensor[] inputs = Inputs(golden, ScalarType.Float64);
        double Loss()
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor output = OperatorCases.All[name](inputs);
            return (output * OperatorCases.Grid(9, output.shape, false, ScalarType.Float64)).sum().item<double>();
        }

        Tensor value = OperatorCases.All[name](inputs);
        (value * OperatorCases.Grid(9, value.shape, false, ScalarType.Float64)).sum().backward();
        using (no_grad())
        {
            foreach (Tensor input in inputs)
            {
                double[] gradient = input.grad!.data<double>().ToArray();
                var elements = input.view(-1).data<double>();
                // A padding row of an embedding has no gradient by definition, though the value follows it.
                int first = name == "embedding" ? 4 : 0;
                for (int i = first; i < gradient.Length; i += Math.Max(1, gradient.Length / 24))
                {
                    double at = elements[i];
                    elements[i] = at + Step;
                    double above = Loss();
                    elements[i] = at - Step;
                    double below = Loss();
                    elements[i] = at;
                    double slope = (above - below) / (2 * Step);
                    Assert.True(
                        Math.Abs(slope - gradient[i]) <= 1e-6 * Math.Max(1, Math.Abs(slope)), $"{name}, element {i}: gradient {gradient[i]}, slope {slope}");
                }
            }
        }
    });

    private static JsonElement Golden(string name) => s_goldens.Value.RootElement.GetProperty("cases").GetProperty(name);

    private static Tensor[] Inputs(JsonElement golden, ScalarType dtype) =>
        [.. golden.GetProperty("shapes").EnumerateArray().Select((s, k) =>
            OperatorCases.Grid(k, [.. s.EnumerateArray().Select(d => d.GetInt64())], golden.GetProperty("positive").GetBoolean(), dtype).requires_grad_())];

    private static void Close(JsonElement expected, Tensor actual)
    {
        float[] values = actual.detach().data<float>().ToArray();
        double[] goal = [.. expected.EnumerateArray().Select(v => v.GetDouble())];
        Assert.Equal(goal.Length, values.Length);
        double scale = Math.Max(1e-6, goal.Max(Math.Abs));
        for (int i = 0; i < goal.Length; i++) Assert.True(Math.Abs(values[i] - goal[i]) <= 1e-6 * scale, $"element {i}: {values[i]}, expected {goal[i]}");
    }
}
