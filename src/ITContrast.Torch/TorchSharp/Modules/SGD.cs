using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Gradient descent, with momentum if wished.
/// <code>
///   g ← g + λθ      b ← μb + (1 − dampening)g (b = g at first)      θ ← θ − lr·b        (Nesterov: θ ← θ − lr·(g + μb))
/// </code>
/// </summary>
public sealed class SGD : OptimizerHelper
{
    private readonly Dictionary<Parameter, Tensor> buffers = new(ReferenceEqualityComparer.Instance);

    internal SGD(IEnumerable<ParamGroup> groups) : base(groups)
    {
    }

    /// <summary>Adds parameters with options of their own.</summary>
    public void add_param_group(ParamGroup group) => Add(group);

    private protected override void Step(optim.ParamGroup group)
    {
        var options = (ParamGroup)group;
        var gradients = new List<(Parameter Parameter, Tensor Gradient)>();
        foreach (var parameter in options.Parameters)
            if (parameter.grad is { } gradient) gradients.Add((parameter, gradient));
        foreach (var sameDevice in gradients.GroupBy(g => g.Gradient.device))
        {
            (Parameter Parameter, Tensor Gradient)[] batch = [.. sameDevice];
            if (!FusedSteps.Takes(OptionalOperators.FusedSgd, Array.ConvertAll(batch, b => (Tensor)b.Parameter), Array.ConvertAll(batch, b => b.Gradient)))
                Step(options, batch);
            // The kernel is told for all of its tensors at once whether their buffers hold anything yet.
            else if (options.Momentum != 0)
                foreach (var sameAge in batch.GroupBy(b => buffers.ContainsKey(b.Parameter))) FusedStep(options, [.. sameAge], isFirst: !sameAge.Key);
            else FusedStep(options, batch, isFirst: false);
        }
    }

    private void FusedStep(ParamGroup o, (Parameter Parameter, Tensor Gradient)[] batch, bool isFirst)
    {
        if (isFirst)
            foreach (var (parameter, _) in batch) buffers.Add(parameter, zeros_like(parameter).DetachFromDisposeScope());
        FusedSteps.Descent(
            o, Array.ConvertAll(batch, b => (Tensor)b.Parameter), Array.ConvertAll(batch, b => b.Gradient),
            o.Momentum == 0 ? [] : Array.ConvertAll(batch, b => buffers[b.Parameter]), isFirst);
    }

    private void Step(ParamGroup o, (Parameter Parameter, Tensor Gradient)[] batch)
    {
        var parameters = Array.ConvertAll(batch, b => (Tensor)b.Parameter);
        var gradients = Array.ConvertAll(batch, b => b.Gradient);
        if (o.Maximize) gradients = NnOps.foreach_neg(gradients);
        if (o.WeightDecay != 0) gradients = NnOps.foreach_add(gradients, parameters, o.WeightDecay);
        if (o.Momentum != 0) gradients = WithMomentum(o, batch, gradients);
        NnOps.foreach_add_(parameters, gradients, -o.LearningRate);
    }

    private Tensor[] WithMomentum(ParamGroup o, (Parameter Parameter, Tensor Gradient)[] batch, Tensor[] gradients)
    {
        var old = new List<Tensor>();
        var added = new List<Tensor>();
        var all = new Tensor[batch.Length];
        for (var i = 0; i < batch.Length; i++)
        {
            if (buffers.TryGetValue(batch[i].Parameter, out var buffer))
            {
                old.Add(buffer);
                added.Add(gradients[i]);
            }
            else
            {
                buffers.Add(batch[i].Parameter, buffer = gradients[i].detach().clone().DetachFromDisposeScope());
            }
            all[i] = buffer;
        }
        if (old.Count > 0)
        {
            NnOps.foreach_mul_([.. old], o.Momentum);
            NnOps.foreach_add_([.. old], [.. added], 1 - o.Dampening);
        }
        return o.Nesterov ? NnOps.foreach_add(gradients, all, o.Momentum) : all;
    }

    private protected override IEnumerable<(int Parameter, string Name, Tensor Tensor)> AllState()
    {
        var index = 0;
        foreach (var parameter in parameters())
        {
            if (buffers.TryGetValue(parameter, out var buffer)) yield return (index, "momentum_buffer", buffer);
            index++;
        }
    }

    private protected override IEnumerable<(int Parameter, long Steps)> Steps() => [];

    private protected override void ForgetState() => buffers.Clear();

    private protected override bool Knows(string name) => name == "momentum_buffer";

    private protected override void RestoreState(Parameter parameter, string name, Tensor value, long steps) => buffers.Add(parameter, value);

    /// <summary>Parameters that share these options.</summary>
    public sealed class ParamGroup : optim.ParamGroup
    {
        public ParamGroup(
            IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false,
            bool maximize = false) : base(parameters, lr)
        {
            OptimizerChecks.NotNegative(("lr", lr), ("momentum", momentum), ("weight_decay", weight_decay));
            if (nesterov && (momentum == 0 || dampening != 0))
                throw new ArgumentException("Nesterov's momentum needs a momentum above 0 and no dampening.", nameof(nesterov));
            Momentum = momentum;
            Dampening = dampening;
            WeightDecay = weight_decay;
            Nesterov = nesterov;
            Maximize = maximize;
        }

        public double Momentum { get; set; }

        public double Dampening { get; set; }

        public double WeightDecay { get; set; }

        public bool Nesterov { get; private set; }

        public bool Maximize { get; set; }

        internal override IEnumerable<(string Name, double Value)> Options =>
        [
            ("lr", LearningRate), ("initial_lr", InitialLearningRate), ("momentum", Momentum), ("dampening", Dampening), ("weight_decay", WeightDecay),
            ("nesterov", Nesterov ? 1 : 0), ("maximize", Maximize ? 1 : 0),
        ];

        internal override void Restore(IReadOnlyDictionary<string, double> options)
        {
            (LearningRate, InitialLearningRate) = (options["lr"], options["initial_lr"]);
            (Momentum, Dampening, WeightDecay) = (options["momentum"], options["dampening"], options["weight_decay"]);
            (Nesterov, Maximize) = (options["nesterov"] != 0, options["maximize"] != 0);
        }

        internal override double? CycledMomentum
        {
            get => Momentum;
            set => Momentum = value ?? Momentum;
        }
    }
}
