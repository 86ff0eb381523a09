using ITContrast.Experiments;

namespace ITContrast.Cli.Commands;

/// <summary>Where commands look for runs.</summary>
internal static class RunFolders
{
    /// <summary>The folder given, or <c>runs</c> in the checkout.</summary>
    public static RunStore Store(string? folder) => new(folder ?? Path.Combine(Repository.Root, "runs"));

    /// <summary>The runs that the checkout carries, without checkpoints.</summary>
    public static RunStore Committed() => new(Path.Combine(Repository.Root, "data", "runs"));
}
