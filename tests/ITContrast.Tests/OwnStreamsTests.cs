using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ITContrast.Tests;

/// <summary>The library draws from named streams alone: no source file reaches for a global generator, or for a layer that does.</summary>
public sealed partial class OwnStreamsTests
{
    [Fact]
    public void No_source_file_draws_from_a_global_generator()
    {
        var files = Directory.GetFiles(Path.Combine(Here(), "..", "..", "src", "ITContrast"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).ToArray();
        Assert.True(files.Length > 50, $"only {files.Length} source files were found");
        Assert.Empty(files.SelectMany(f => Violations(File.ReadAllText(f)).Select(v => $"{Path.GetFileName(f)}: {v}")));
    }

    [Theory]
    [InlineData("var x = rand(3, 4);", "rand(3, 4)")]
    [InlineData("x = torch.randn(F(1), dtype: t)", "randn(F(1), dtype: t)")]
    [InlineData("layer = nn.Dropout(0.1);", "nn.Dropout(0.1)")]
    [InlineData("a = nn.GRU(2, 3); b = nn.LSTM(2, 3);", "nn.GRU(2, 3)|nn.LSTM(2, 3)")]
    [InlineData("y = nn.functional.dropout(x, 0.5)", "functional.dropout(x, 0.5)")]
    [InlineData("nn.init.xavier_uniform_(w);", "init.xavier_uniform_(w)")]
    [InlineData("w.uniform_(0, 1); w.normal_();", "uniform_(0, 1)|normal_()")]
    [InlineData("torch.manual_seed(1); new Random(3); Random.Shared.Next()", "manual_seed(1)|new Random(3)|Random.Shared")]
    [InlineData("var x = rand(3, generator: g); w.uniform_(0, 1, generator); perm = randperm(9, generator: stream.Generator(CPU));", "")]
    [InlineData("/// <c>rand(3)</c>\n// nn.Dropout(0.1)", "")]
    public void The_search_finds_what_it_is_for(string source, string expected) => Assert.Equal(expected, string.Join('|', Violations(source)));

    private static IEnumerable<string> Violations(string source)
    {
        var code = Comment().Replace(source, "");
        foreach (Match match in Suspect().Matches(code))
        {
            var call = match.Value.EndsWith('(') ? match.Value + Arguments(code, match.Index + match.Length) : match.Value;
            var drawsFromItsOwn = match.Groups["draw"].Success && call.Contains("enerator", StringComparison.Ordinal);
            if (!drawsFromItsOwn) yield return call;
        }
    }

    private static string Arguments(string code, int start)
    {
        var depth = 1;
        var end = start;
        while (end < code.Length && depth > 0) depth += code[end++] switch { '(' => 1, ')' => -1, _ => 0 };
        return code[start..end];
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(
        @"(?<draw>\b(rand|randn|randint|randperm|rand_like|randn_like|randint_like|multinomial|bernoulli_?|uniform_|normal_|random_|exponential_)\()"
        + @"|\bnn\.(Dropout\w*|AlphaDropout|GRU|LSTM|RNN|MultiheadAttention|TransformerEncoder\w*)\(|\bfunctional\.\w*dropout\w*\(|\binit\.\w+_\("
        + @"|\bmanual_seed\(|\bnew Random\(|\bRandom\.Shared\b|\bGenerator\.Default\b")]
    private static partial Regex Suspect();
}
