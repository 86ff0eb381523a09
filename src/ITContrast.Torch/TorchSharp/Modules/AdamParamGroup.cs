using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parameters with Adam's options.</summary>
public abstract class AdamParamGroup : optim.ParamGroup
{
    private protected AdamParamGroup(
        IEnumerable<Parameter> parameters,
        double lr,
        double beta1,
        double beta2,
        double eps,
        double weight_decay,
        bool amsgrad,
        bool maximize)
        : base(parameters, lr)
    {
        OptimizerChecks.NotNegative(("lr", lr), ("eps", eps), ("weight_decay", weight_decay));
        OptimizerChecks.BelowOne(("beta1", beta1), ("beta2", beta2));
        Beta1 = beta1;
        Beta2 = beta2;
        Epsilon = eps;
        WeightDecay = weight_decay;
        AmsGrad = amsgrad;
        Maximize = maximize;
    }

    public double Beta1 { get; set; }

    public double Beta2 { get; set; }

    public double Epsilon { get; set; }

    public double WeightDecay { get; set; }

    /// <summary>Whether the largest second moment so far stands in the denominator.</summary>
    public bool AmsGrad { get; private set; }

    /// <summary>Whether the step goes up the gradient.</summary>
    public bool Maximize { get; set; }

    internal override IEnumerable<(string Name, double Value)> Options =>
    [
        ("lr", LearningRate), ("initial_lr", InitialLearningRate), ("beta1", Beta1), ("beta2", Beta2), ("eps", Epsilon), ("weight_decay", WeightDecay),
        ("amsgrad", AmsGrad ? 1 : 0), ("maximize", Maximize ? 1 : 0),
    ];

    internal override void Restore(IReadOnlyDictionary<string, double> options)
    {
        (LearningRate, InitialLearningRate) = (options["lr"], options["initial_lr"]);
        (Beta1, Beta2, Epsilon, WeightDecay) = (options["beta1"], options["beta2"], options["eps"], options["weight_decay"]);
        (AmsGrad, Maximize) = (options["amsgrad"] != 0, options["maximize"] != 0);
    }

    internal override double? CycledMomentum
    {
        get => Beta1;
        set => Beta1 = value ?? Beta1;
    }
}
