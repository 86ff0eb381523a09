namespace ITContrast.Benchmarks.Running;

/// <summary>What two measurements are compared by.</summary>
internal enum Measure
{
    /// <summary>Seconds ÷ seconds.</summary>
    TimeRatio,

    /// <summary>Seconds − seconds, in microseconds.</summary>
    MicrosecondsOver,

    /// <summary>Peak resident memory ÷ peak resident memory.</summary>
    PeakRatio,

    /// <summary>Managed bytes of one call, by itself.</summary>
    AllocatedBytes,

    /// <summary>Seconds, by itself.</summary>
    Seconds,
}

/// <summary>One case of one contender.</summary>
/// <param name="Contender">Its name.</param>
/// <param name="Case">Which of its cases.</param>
internal sealed record Timed(string Contender, string Case = "step");

/// <summary>One line of the result: ours against theirs, round by round, smaller being better.</summary>
/// <param name="Text">As the table shows it.</param>
/// <param name="Ours">What is judged.</param>
/// <param name="Theirs">What it is judged by; null where <see cref="Measure"/> needs none.</param>
/// <param name="Target">The figure wanted at most; null where none is set.</param>
/// <param name="Measure">How the two are compared.</param>
internal sealed record Comparison(string Text, Timed Ours, Timed? Theirs, double? Target, Measure Measure = Measure.TimeRatio)
{
    /// <summary>Why no target is set where one might be looked for; null elsewhere.</summary>
    public string? Exempt { get; init; }
}
