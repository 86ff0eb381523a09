using ITContrast.Torch;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// What Adam and AdamW share: both moments, and one list operator for each line of the equations.
/// <code>
///   m ← β₁m + (1 − β₁)g      v ← β₂v + (1 − β₂)g²
///   θ ← θ − lr/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε)        (amsgrad: the running maximum of v in place of v)
/// </code>
/// They differ in weight decay: Adam adds λθ to g, AdamW shrinks θ by lr·λ.
/// </summary>
public abstract class AdamBase : OptimizerHelper
{
    private readonly Dictionary<Parameter, State> states = new(ReferenceEqualityComparer.Instance);

    private protected AdamBase(IEnumerable<AdamParamGroup> groups) : base(groups)
    {
    }

    private protected abstract bool DecoupledDecay { get; }

    private protected override void Step(optim.ParamGroup group)
    {
        var options = (AdamParamGroup)group;
        // Parameters whose gradients came equally often share their bias corrections, and so every scalar of the step.
        foreach (var same in WithGradient(options).GroupBy(p => (p.State.Steps, p.Gradient.device)))
            Step(options, [.. same]);
    }

    private void Step(AdamParamGroup o, (Parameter Parameter, Tensor Gradient, State State)[] batch)
    {
        var parameters = Array.ConvertAll(batch, b => (Tensor)b.Parameter);
        var gradients = Array.ConvertAll(batch, b => b.Gradient);
        var first = Array.ConvertAll(batch, b => b.State.First);
        var second = Array.ConvertAll(batch, b => b.State.Second);
        foreach (var (_, _, state) in batch) state.Steps++;
        var steps = batch[0].State.Steps;
        var fused = DecoupledDecay ? OptionalOperators.FusedAdamW : OptionalOperators.FusedAdam;
        if (FusedSteps.Takes(fused, parameters, gradients))
        {
            FusedSteps.Adam(fused, o, steps, parameters, gradients, first, second, o.AmsGrad ? Array.ConvertAll(batch, b => b.State.Largest) : []);
            return;
        }
        if (o.Maximize) gradients = NnOps.foreach_neg(gradients);
        if (o.WeightDecay != 0)
        {
            if (DecoupledDecay) NnOps.foreach_mul_(parameters, 1 - o.LearningRate * o.WeightDecay);
            else gradients = NnOps.foreach_add(gradients, parameters, o.WeightDecay);
        }
        NnOps.foreach_mul_(first, o.Beta1);
        NnOps.foreach_add_(first, gradients, 1 - o.Beta1);
        NnOps.foreach_mul_(second, o.Beta2);
        NnOps.foreach_addcmul_(second, gradients, gradients, 1 - o.Beta2);
        var denominator = NnOps.foreach_sqrt(o.AmsGrad ? Largest(batch, second) : second);
        NnOps.foreach_div_(denominator, Math.Sqrt(1 - Math.Pow(o.Beta2, steps)));
        NnOps.foreach_add_(denominator, o.Epsilon);
        NnOps.foreach_addcdiv_(parameters, first, denominator, -(o.LearningRate / (1 - Math.Pow(o.Beta1, steps))));
        foreach (var tensor in denominator) tensor.Dispose();
    }

    private static Tensor[] Largest((Parameter Parameter, Tensor Gradient, State State)[] batch, Tensor[] second)
    {
        var old = Array.ConvertAll(batch, b => b.State.Largest);
        var larger = NnOps.foreach_maximum(old, second);
        for (var i = 0; i < old.Length; i++) old[i].copy_(larger[i]);
        return old;
    }

    private IEnumerable<(Parameter Parameter, Tensor Gradient, State State)> WithGradient(AdamParamGroup group)
    {
        foreach (var parameter in group.Parameters)
        {
            if (parameter.grad is not { } gradient) continue;
            if (!states.TryGetValue(parameter, out var state)) states.Add(parameter, state = State.Zero(parameter, group.AmsGrad));
            yield return (parameter, gradient, state);
        }
    }

    private protected override IEnumerable<(int Parameter, string Name, Tensor Tensor)> AllState()
    {
        foreach (var (place, state) in Placed())
            foreach (var (name, tensor) in state.Tensors)
                yield return (place, name, tensor);
    }

    private protected override IEnumerable<(int Parameter, long Steps)> Steps() => Placed().Select(p => (p.Place, p.State.Steps));

    private protected override void ForgetState() => states.Clear();

    private protected override bool Knows(string name) => name is State.FirstName or State.SecondName or State.LargestName;

    private protected override void RestoreState(Parameter parameter, string name, Tensor value, long steps)
    {
        if (!states.TryGetValue(parameter, out var state)) states.Add(parameter, state = new State());
        state.Steps = steps;
        state.Put(name, value);
    }

    private IEnumerable<(int Place, State State)> Placed()
    {
        var place = 0;
        foreach (var parameter in parameters())
        {
            if (states.TryGetValue(parameter, out var state)) yield return (place, state);
            place++;
        }
    }

    /// <summary>The moments of one parameter and how many gradients made them.</summary>
    private sealed class State
    {
        public const string FirstName = "exp_avg";
        public const string SecondName = "exp_avg_sq";
        public const string LargestName = "max_exp_avg_sq";
        private readonly Dictionary<string, Tensor> tensors = [];

        public long Steps { get; set; }

        public Tensor First => tensors[FirstName];

        public Tensor Second => tensors[SecondName];

        public Tensor Largest => tensors[LargestName];

        public IEnumerable<KeyValuePair<string, Tensor>> Tensors => tensors;

        public static State Zero(Parameter parameter, bool amsgrad)
        {
            var state = new State();
            foreach (var name in amsgrad ? [FirstName, SecondName, LargestName] : new[] { FirstName, SecondName })
                state.Put(name, zeros_like(parameter).DetachFromDisposeScope());
            return state;
        }

        public void Put(string name, Tensor value) => tensors[name] = value;
    }
}
