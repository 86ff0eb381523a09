using System.Text.Json.Nodes;
using ITContrast.Charts;

namespace ITContrast.Analysis;

/// <summary>What an analysis found: numbers, one paragraph made from them, and a chart.</summary>
public interface IAnalysisResult
{
    /// <summary>The analysis's stable name in JSON: "hardness", "hubness", ….</summary>
    string Name { get; }

    /// <summary>One paragraph generated from the numbers.</summary>
    string ToText();

    /// <summary>The chart; its title gives the sample sizes.</summary>
    Figure ToFigure();

    /// <summary>The numbers with stable names; shares are 0 to 1.</summary>
    JsonObject ToJson();
}
