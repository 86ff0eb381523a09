namespace ITContrast.Data;

/// <summary>How much a finding matters.</summary>
public enum AuditSeverity
{
    /// <summary>A fact worth knowing.</summary>
    Note,

    /// <summary>Numbers on this data need a caveat.</summary>
    Warning,

    /// <summary>An evaluation on this data would be unsound.</summary>
    Unsound,
}

/// <summary>One thing that the audit found.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">A stable name, as in "image-in-two-splits".</param>
/// <param name="Count">How many rows or captions are concerned.</param>
/// <param name="Message">What was found, with the first examples.</param>
public sealed record AuditFinding(AuditSeverity Severity, string Code, long Count, string Message);

/// <summary>Numbers of one split.</summary>
/// <param name="Name">The split.</param>
/// <param name="Images">Images.</param>
/// <param name="Captions">Captions.</param>
/// <param name="FewestCaptions">Captions of the image that has fewest.</param>
/// <param name="MostCaptions">Captions of the image that has most.</param>
/// <param name="Groups">Different groups (concepts, or the images themselves).</param>
/// <param name="WordsPerCaption">Mean number of words.</param>
public sealed record AuditedSplit(string Name, int Images, int Captions, int FewestCaptions, int MostCaptions, int Groups, double WordsPerCaption);

/// <summary>What the audit of a data set found.</summary>
/// <param name="Dataset">The data set's name.</param>
/// <param name="ContentHash">Its identity.</param>
/// <param name="Splits">Numbers by split.</param>
/// <param name="ImagesRead">Image rows whose values were looked at.</param>
/// <param name="ImageCount">Image rows in all.</param>
/// <param name="Findings">Worst first.</param>
public sealed record AuditReport(
    string Dataset, string ContentHash, IReadOnlyList<AuditedSplit> Splits, int ImagesRead, int ImageCount, IReadOnlyList<AuditFinding> Findings)
{
    /// <summary>Whether an evaluation on the data set means what it says: no finding is <see cref="AuditSeverity.Unsound"/>.</summary>
    public bool IsSound => Findings.All(finding => finding.Severity != AuditSeverity.Unsound);
}
