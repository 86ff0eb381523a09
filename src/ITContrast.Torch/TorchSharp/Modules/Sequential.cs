using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules run one after the other. Intermediate results live in a scope of their own and are freed when the last one is done.</summary>
public class Sequential : nn.Module<Tensor, Tensor>, IReadOnlyList<nn.Module<Tensor, Tensor>>
{
    private readonly List<nn.Module<Tensor, Tensor>> list = [];

    internal Sequential(IEnumerable<(string Name, nn.Module<Tensor, Tensor> Module)> modules) : base(nameof(Sequential))
    {
        foreach (var (key, module) in modules) append(key, module);
    }

    public int Count => list.Count;

    public nn.Module<Tensor, Tensor> this[int index] => list[index];

    public Sequential append(string name, nn.Module<Tensor, Tensor> module)
    {
        ArgumentNullException.ThrowIfNull(module);
        register_module(name, module);
        list.Add(module);
        return this;
    }

    public Sequential append(nn.Module<Tensor, Tensor> module) => append(list.Count.ToString(CultureInfo.InvariantCulture), module);

    public override Tensor forward(Tensor input)
    {
        if (list.Count == 0) return input.alias();
        using var scope = NewDisposeScope();
        var result = input;
        foreach (var module in list) result = module.call(result);
        // Identity-like modules may hand the input itself through; moving it would take it from its owner.
        return ReferenceEquals(result, input) ? input.alias().MoveToOuterDisposeScope() : result.MoveToOuterDisposeScope();
    }

    public IEnumerator<nn.Module<Tensor, Tensor>> GetEnumerator() => list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
