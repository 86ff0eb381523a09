using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ITContrast.Torch.Tests.Optim;

/// <summary>
/// The fused kernels and the list operators end at the same weights. A kernel walks plain memory, so a gradient with other strides must take
/// the list operators; where libtorch has no fused kernel for the CPU, both sides are the list operators.
/// </summary>
public sealed partial class FusedStepTests
{
    private static readonly Dictionary<string, Func<Parameter[], optim.Optimizer>> Optimizers = new()
    {
        ["sgd"] = p => optim.SGD(p, 0.1, weight_decay: 0.1),
        ["sgd with momentum"] = p => optim.SGD(p, 0.1, momentum: 0.9, dampening: 0.2, weight_decay: 0.1),
        ["sgd with Nesterov's momentum, upwards"] = p => optim.SGD([new SGD.ParamGroup(p, 0.1, 0.9, nesterov: true, maximize: true)], 0.1),
        ["adam"] = p => optim.Adam(p, 0.05, weight_decay: 0.1),
        ["adamw"] = p => optim.AdamW(p, 0.05, weight_decay: 0.1),
        ["adamw with amsgrad"] = p => optim.AdamW(p, 0.05, amsgrad: true),
    };

    public static TheoryData<string> Names => [.. Optimizers.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Gradients_of_any_strides_end_at_the_same_weights(string name) => Live.Balanced(() =>
    {
        using Generator generator = new(3);
        Tensor[] initial = [randn(4, 6, generator: generator), randn(5, generator: generator)];
        Tensor[][] gradients = [.. Enumerable.Range(0, 6).Select(_ => new[] { randn(4, 6, generator: generator), randn(5, generator: generator) })];
        Tensor[] plain = Run(false), strided = Run(true);
        foreach (var (a, b) in plain.Zip(strided)) Live.Close(a, b, 1e-6, name);

        Tensor[] Run(bool strides)
        {
            Parameter[] parameters = [.. initial.Select(t => new Parameter(t.clone()))];
            using var optimizer = Optimizers[name](parameters);
            for (var step = 0; step < gradients.Length; step++)
            {
                // The second parameter has its first gradient later, so that states differ in age.
                parameters[0].grad = strides ? gradients[step][0].t().contiguous().t() : gradients[step][0].clone();
                parameters[1].grad = step < 2 ? null : gradients[step][1].clone();
                optimizer.step();
            }
            return [.. parameters.Select(p => p.detach().clone())];
        }
    });
}
