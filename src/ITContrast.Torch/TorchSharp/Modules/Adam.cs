namespace TorchSharp.Modules;

/// <summary>Adam with weight decay in the gradient. Kingma and Ba, arXiv 1412.6980.</summary>
public sealed class Adam : AdamBase
{
    internal Adam(IEnumerable<ParamGroup> groups) : base(groups)
    {
    }

    private protected override bool DecoupledDecay => false;

    /// <summary>Adds parameters with options of their own.</summary>
    public void add_param_group(ParamGroup group) => Add(group);

    /// <summary>Parameters that share these options.</summary>
    public sealed class ParamGroup(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double weight_decay = 0,
        bool amsgrad = false, bool maximize = false)
        : AdamParamGroup(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
}
