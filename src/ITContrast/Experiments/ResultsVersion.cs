namespace ITContrast.Experiments;

/// <summary>
/// The version of the numbers that this code computes. It is part of every run's identity: raise it by one whenever a change alters a loss curve
/// or a result, so that runs of before are not taken for runs of now. A golden loss curve in the tests fails when that was forgotten.
/// </summary>
public static class ResultsVersion
{
    /// <summary>The version now.</summary>
    public const int Current = 1;
}
