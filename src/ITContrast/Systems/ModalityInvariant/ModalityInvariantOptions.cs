namespace ITContrast.Systems.ModalityInvariant;

/// <summary>The four stages [I]: what is trained in each is documented at its member.</summary>
public enum ModalityInvariantStage
{
    /// <summary>S1: heads and text by the triplet loss; the image backbone is frozen.</summary>
    Heads,
    /// <summary>S2: everything by the triplet loss.</summary>
    EndToEnd,
    /// <summary>S3: the classifier alone; encoders are frozen.</summary>
    Classifier,
    /// <summary>S4: encoders against the classifier, triplet plus adversarial term.</summary>
    Adversarial,
}

/// <summary>Options of <see cref="ModalityInvariantSystem"/>. The paper's values were not found: all defaults are this project's [I].</summary>
public sealed record ModalityInvariantOptions
{
    /// <summary>Epochs of S1, S2, S3 and S4, in this order; a stage of 0 epochs is skipped. S4 goes on to the end whatever its number says.</summary>
    public IReadOnlyList<int> StageEpochs { get; init; } = [2, 4, 1, 5];

    /// <summary>λ, weight of the adversarial term. Default 0.1; at least 0, and 0 is the triplet baseline.</summary>
    public double Lambda { get; init; } = 0.1;

    /// <summary>Reversal, label flip or confusion. Default reversal.</summary>
    public AdversarialForm Form { get; init; } = AdversarialForm.GradientReversal;

    /// <summary>Margin of the triplet loss. Default 0.2.</summary>
    public double Margin { get; init; } = 0.2;

    /// <summary>Prefixes of encoder parameters that count as the image backbone, frozen in S1. Default <c>convolutional</c>.</summary>
    public IReadOnlyList<string> Backbone { get; init; } = ["convolutional"];

    /// <summary>The stage of an epoch (0-based).</summary>
    public ModalityInvariantStage StageOf(int epoch)
    {
        for (var stage = 0; stage < 3; stage++)
        {
            if (epoch < StageEpochs[stage]) return (ModalityInvariantStage)stage;
            epoch -= StageEpochs[stage];
        }
        return ModalityInvariantStage.Adversarial;
    }

    /// <summary>Progress through S4 in [0, 1], for the reversal's schedule.</summary>
    public double AdversarialProgress(double epoch)
    {
        var start = StageEpochs[0] + StageEpochs[1] + StageEpochs[2];
        return Math.Clamp((epoch - start) / Math.Max(1, StageEpochs[3]), 0, 1);
    }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    public ModalityInvariantOptions Validated()
    {
        if (StageEpochs.Count != 4 || StageEpochs.Any(e => e < 0))
            throw new ArgumentException($"StageEpochs are [{string.Join(", ", StageEpochs)}]; use four counts of at least 0.");
        if (!(Lambda >= 0 && double.IsFinite(Lambda)))
            throw new ArgumentOutOfRangeException(nameof(Lambda), $"Lambda is {Lambda}; use a finite number of at least 0.");
        return this;
    }
}
