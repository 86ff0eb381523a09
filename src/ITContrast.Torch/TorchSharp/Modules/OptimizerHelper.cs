namespace TorchSharp.Modules;

/// <summary>What every optimiser derives from, as in TorchSharp, where saving and loading state are members of this class.</summary>
public abstract class OptimizerHelper : torch.optim.Optimizer
{
    private protected OptimizerHelper(IEnumerable<torch.optim.ParamGroup> groups) : base(groups)
    {
    }
}
