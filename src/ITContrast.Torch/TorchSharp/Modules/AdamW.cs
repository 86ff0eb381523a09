namespace TorchSharp.Modules;

/// <summary>Adam with decoupled weight decay: θ ← (1 − lr·λ)θ before the step. Loshchilov and Hutter, arXiv 1711.05101.</summary>
public sealed class AdamW : AdamBase
{
    internal AdamW(IEnumerable<ParamGroup> groups) : base(groups)
    {
    }

    private protected override bool DecoupledDecay => true;

    /// <summary>Adds parameters with options of their own.</summary>
    public void add_param_group(ParamGroup group) => Add(group);

    /// <summary>Parameters that share these options.</summary>
    public sealed class ParamGroup(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false)
        : AdamParamGroup(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
}
