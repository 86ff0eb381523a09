namespace ITContrast.Systems.Distillation;

/// <summary>Options of <see cref="DistillationSystem"/>; all defaults are this project's [I].</summary>
public sealed record DistillationOptions
{
    /// <summary>Epochs in which the teacher is trained beside the student; then it is frozen and teaches. Default 3; 0 takes the teacher as it is.</summary>
    public int TeacherEpochs { get; init; } = 3;

    /// <summary>K, negatives of an anchor that are taught: the hardest for the teacher. Default 32; 0 takes all.</summary>
    public int Hardest { get; init; } = 32;

    /// <summary>τ of both distributions. Default 0.1; above 0.</summary>
    public double Temperature { get; init; } = 0.1;

    /// <summary>γ, weight of the distillation term. Default 1; at least 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Whether an anchor's weight follows its difficulty; false weighs all alike. Default true.</summary>
    public bool Dynamic { get; init; } = true;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public DistillationOptions Validated()
    {
        Require(TeacherEpochs >= 0, nameof(TeacherEpochs), TeacherEpochs, "at least 0");
        Require(Hardest >= 0, nameof(Hardest), Hardest, "at least 0");
        Require(Temperature > 0 && double.IsFinite(Temperature), nameof(Temperature), Temperature, "a finite number above 0");
        Require(Weight >= 0 && double.IsFinite(Weight), nameof(Weight), Weight, "a finite number of at least 0");
        return this;
    }

    private static void Require(bool holds, string name, double value, string wanted)
    {
        if (!holds) throw new ArgumentOutOfRangeException(name, $"{name} is {value}; use {wanted}.");
    }
}
