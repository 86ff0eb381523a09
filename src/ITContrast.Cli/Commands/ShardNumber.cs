namespace ITContrast.Cli.Commands;

/// <summary>The value of a <c>--shard</c> option: i/n.</summary>
internal static class ShardNumber
{
    public static (int Shard, int Shards) Parse(string text) =>
        text.Split('/') is [var part, var parts] && int.TryParse(part, out int i) && int.TryParse(parts, out int n) && n >= 1 && i >= 0 && i < n
            ? (i, n)
            : throw new UserError($"--shard {text} is no i/n with 0 <= i < n; write for example --shard 0/4.");
}
