using System.Text.RegularExpressions;

namespace ITContrast.Torch;

/// <summary>Slurm's short lists of hosts: <c>gpu[01-03,07],login1</c>.</summary>
public static partial class SlurmHosts
{
    /// <summary>The first host of a list.</summary>
    /// <exception cref="ArgumentException">The list is empty or not of this form.</exception>
    public static string First(string list) => Expand(list).First();

    /// <summary>All hosts of a list, in its order; several bracketed parts in one name multiply, the last one fastest.</summary>
    /// <exception cref="ArgumentException">The list is empty or not of this form.</exception>
    public static IEnumerable<string> Expand(string list)
    {
        if (!Whole().IsMatch(list)) throw new ArgumentException($"'{list}' is no list of hosts as Slurm writes it, such as gpu[01-03,07],login1.");
        return Name().Matches(list).SelectMany(match => One(match.Value));
    }

    private static IEnumerable<string> One(string name)
    {
        int open = name.IndexOf('['), close = name.IndexOf(']');
        if (open < 0) return [name];
        IEnumerable<string> numbers = name[(open + 1)..close].Split(',').SelectMany(Range);
        return numbers.SelectMany(number => One(name[..open] + number + name[(close + 1)..]));
    }

    // 08-11: as many digits as the first number has.
    private static IEnumerable<string> Range(string range)
    {
        string[] ends = range.Split('-');
        if (ends.Length == 1) return ends;
        int first = int.Parse(ends[0]), last = int.Parse(ends[1]);
        return Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(number => number.ToString($"D{ends[0].Length}"));
    }

    [GeneratedRegex(@"[^,\[\]]+(\[[^\]]*\][^,\[\]]*)*|(\[[^\]]*\][^,\[\]]*)+")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[\w.\-]+(\[\d{1,8}(-\d{1,8})?(,\d{1,8}(-\d{1,8})?)*\][\w.\-]*)*(,[\w.\-]+(\[\d{1,8}(-\d{1,8})?(,\d{1,8}(-\d{1,8})?)*\][\w.\-]*)*)*$")]
    private static partial Regex Whole();
}
