using TorchSharp;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Goldens;

/// <summary>One case of tests/fixtures/torch/nn_goldens.safetensors: what PyTorch computed from these inputs and this state.</summary>
internal sealed class Golden
{
    private readonly Dictionary<string, Tensor> entries = [];
    private readonly string name;

    public Golden(string name)
    {
        this.name = name;
        using var file = SafetensorsFile.Open(Fixture("nn_goldens.safetensors"));
        foreach (var view in file.Tensors)
            if (view.Name.StartsWith(name + "|", StringComparison.Ordinal)) entries[view.Name[(name.Length + 1)..]] = Read(view);
        Assert.True(entries.Count > 0, $"no golden is named {name}");
    }

    public Tensor[] Inputs => Numbered("in");

    public Dictionary<string, Tensor> State => Named("state");

    public Dictionary<string, Tensor> After => Named("after");

    public static string Fixture(string file) => PyTorchHere.File(file);

    public static IEnumerable<string> Names()
    {
        using var file = SafetensorsFile.Open(Fixture("nn_goldens.safetensors"));
        return file.Tensors.Select(t => t.Name[..t.Name.IndexOf('|')]).Distinct().ToArray();
    }

    /// <summary>Runs forward and backward and compares outputs, gradients and buffers.</summary>
    public void Check(nn.Module? module, Func<Tensor[], Tensor[]> run, double relative = 1e-6)
    {
        if (module is not null) Assert.Equal((0, 0), Counts(module.load_state_dict(State)));
        var inputs = Inputs;
        foreach (var input in inputs.Where(i => i.is_floating_point())) input.requires_grad = true;
        var outputs = run(inputs).Where(o => o is not null).ToArray();
        var expected = Numbered("out");
        Assert.Equal(expected.Length, outputs.Length);
        for (var i = 0; i < expected.Length; i++) Live.Close(expected[i], outputs[i], relative, $"{name} output {i}");
        autograd.backward(outputs, Numbered("up"));
        foreach (var (key, gradient) in Named("gradin")) Live.Close(gradient, inputs[int.Parse(key)].grad!, relative, $"{name} gradient of input {key}");
        foreach (var (key, gradient) in Named("grad")) Live.Close(gradient, module!.get_parameter(key)!.grad!, relative, $"{name} gradient of {key}");
        foreach (var (key, buffer) in After) Live.Close(buffer, module!.get_buffer(key)!, relative, $"{name} {key}");
    }

    private static (int, int) Counts((IList<string> Missing, IList<string> Unexpected) loaded) => (loaded.Missing.Count, loaded.Unexpected.Count);

    private Tensor[] Numbered(string part) => [.. Named(part).OrderBy(e => int.Parse(e.Key)).Select(e => e.Value)];

    private Dictionary<string, Tensor> Named(string part) =>
        entries.Where(e => e.Key.StartsWith(part + "|", StringComparison.Ordinal)).ToDictionary(e => e.Key[(part.Length + 1)..], e => e.Value);

    private static Tensor Read(TensorView view)
    {
        long[] shape = [.. view.Shape];
        return view.Type switch
        {
            ElementType.Float32 => tensor(view.ToArray<float>()).reshape(shape),
            ElementType.Int64 => tensor(view.ToArray<long>()).reshape(shape),
            _ => throw new InvalidOperationException($"the goldens hold no {view.Type}"),
        };
    }
}
