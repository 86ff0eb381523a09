using System.Text.Json.Nodes;
using ITContrast.Notebooks.Display;

namespace ITContrast.Notebooks.Tests.Display;

public class MimeBundleTests
{
    private sealed record Row(string Name, double Score, int? Rank);

    private sealed class Described
    {
        public IReadOnlyDictionary<string, string> ToMimeBundle() =>
            new Dictionary<string, string> { ["text/html"] = "<i>me</i>", ["application/vnd.plotly.v1+json"] = """{"data":[]}""" };
    }

    [AttributeUsage(AttributeTargets.Class)]
    private sealed class TypeFormatterSourceAttribute(Type source) : Attribute
    {
        public Type FormatterSourceType => source;
    }

    private sealed class Source
    {
        public IEnumerable<object> CreateTypeFormatters() => [new Formatter()];
    }

    private sealed class Formatter
    {
        public string MimeType => "text/html";

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write($"<u>{((Interactive)instance).Value}</u>");
            return true;
        }
    }

    [TypeFormatterSource(typeof(Source))]
    private sealed class Interactive
    {
        public int Value => 8;
    }

    private sealed class Failing
    {
        public IReadOnlyDictionary<string, string> ToMimeBundle() => throw new InvalidOperationException("broken view");
    }

    private sealed class FakeTensor(long[] size, double[] values)
    {
        public long[] shape => size;
        public string dtype => "Float64";
        public string device => "cpu";
        public FakeTensor detach() => this;
        public FakeTensor cpu() => this;
        public FakeTensor @double() => this;
        public FakeTensor contiguous() => this;
        public IEnumerable<T> data<T>() => values.Cast<T>();
    }

    private static string Html(object? value) => (string?)MimeBundle.Of(value)["text/html"] ?? "";

    private static string Plain(object? value) => (string?)MimeBundle.Of(value)["text/plain"] ?? "";

    [Fact]
    public void A_type_describes_itself_and_its_json_stays_json()
    {
        var bundle = MimeBundle.Of(new Described());
        Assert.Equal("<i>me</i>", (string?)bundle["text/html"]);
        Assert.IsType<JsonArray>(bundle["application/vnd.plotly.v1+json"]!["data"]);
        Assert.NotNull(bundle["text/plain"]);
    }

    [Fact]
    public void The_formatter_convention_of_dotnet_interactive_is_recognised() => Assert.Equal("<u>8</u>", Html(new Interactive()));

    [Fact]
    public void A_view_that_throws_is_shown_as_text() => Assert.Contains("InvalidOperationException: broken view", Plain(new Failing()));

    [Fact]
    public void Records_become_a_table_with_escaped_text_and_a_count()
    {
        var html = Html(new[] { new Row("<script>", 1.5, null), new Row("b", 2, 3) });
        Assert.Contains("<td>&lt;script&gt;</td><td class=\"num\">1.5</td><td class=\"num\">&lt;null&gt;</td>", html);
        Assert.Contains("2 rows", html);
        Assert.DoesNotContain("<script>", html);
    }

    [Fact]
    public void A_long_sequence_shows_its_first_rows_and_how_many_there_are()
    {
        Assert.Contains("first 20 of 5,000 rows", Html(Enumerable.Range(0, 5000).ToList()));
        Assert.Equal(20, Html(Enumerable.Range(0, 5000).ToList()).Split("<tr>").Length - 2);
    }

    [Fact]
    public void A_sequence_without_end_is_shown()
    {
        static IEnumerable<int> Endless() { for (var i = 0; ; i++) yield return i; }
        Assert.Contains("more than 100,000", Html(Endless()));
    }

    [Fact]
    public void Dictionaries_show_keys_and_values() => Assert.Contains("<th>k&amp;</th><td>7</td>", Html(new Dictionary<string, int> { ["k&"] = 7 }));

    [Fact]
    public void An_exception_shows_its_message_escaped() => Assert.Contains("FormatException: a &lt; b", Html(new FormatException("a < b")));

    [Fact]
    public void Text_and_numbers_stay_text()
    {
        Assert.Equal("<b>", Plain("<b>"));
        Assert.Equal("", Html("<b>"));
        Assert.Equal("1.5", Plain(1.5));
        Assert.Equal("<null>", Plain(null));
    }

    [Fact]
    public void A_png_is_a_picture() => Assert.Equal("iVBORw==", (string?)MimeBundle.Of(new byte[] { 0x89, (byte)'P', (byte)'N', (byte)'G' })["image/png"]);

    [Fact]
    public void A_matrix_shows_statistics_and_a_heat_map()
    {
        var view = MimeBundle.Of(new FakeTensor([4, 4], [.. Enumerable.Range(0, 16).Select(i => i - 4.0)]));
        Assert.Equal("tensor [4, 4], Float64, cpu\nmin -4, mean 3.5, max 11, std 4.6098", (string?)view["text/plain"]);
        Assert.Equal(16, ((string)view["text/html"]!).Split("<rect ").Length - 1);
    }

    [Fact]
    public void What_is_not_finite_is_counted_apart() =>
        Assert.Contains("min 1, mean 1.5, max 2, std 0.5, 1 not finite", Plain(new FakeTensor([3], [1, double.NaN, 2])));
}
