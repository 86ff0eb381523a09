using ITContrast.Notebooks.Report;

namespace ITContrast.Notebooks.Tests.Report;

public class MarkdownHtmlTests
{
    private static string Html(string markdown) => new MarkdownHtml(_ => null, (_, _) => null).ToHtml(markdown).Trim();

    [Theory]
    [InlineData("a **b** *c* `d<` ~~e~~", "<p>a <strong>b</strong> <em>c</em> <code>d&lt;</code> <del>e</del></p>")]
    [InlineData("snake_case_name 2 * 3 * 4", "<p>snake_case_name 2 * 3 * 4</p>")]
    [InlineData("## Head #", "<h2>Head</h2>")]
    [InlineData("[x](https://a.b/c) [y](javascript:alert(1))", "<p><a href=\"https://a.b/c\">x</a> <a href=\"#\">y</a>)</p>")]
    [InlineData("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>")]
    [InlineData("a &amp; b & c", "<p>a &amp; b &amp; c</p>")]
    [InlineData("costs $5 and $6", "<p>costs $5 and $6</p>")]
    [InlineData("$x_i$", "<p><span class=\"math\">x_i</span></p>")]
    [InlineData("- a\n- b\n  - c", "<ul><li>a</li>\n<li>b<ul><li>c</li>\n</ul>\n</li>\n</ul>")]
    [InlineData("3. a\n4. b", "<ol start=\"3\"><li>a</li>\n<li>b</li>\n</ol>")]
    [InlineData("> q", "<blockquote><p>q</p>\n</blockquote>")]
    [InlineData("```\n<a>\n```", "<pre class=\"fence\"><code>&lt;a&gt;</code></pre>")]
    [InlineData(
        "|a|b|\n|-|-:|\n|1|`x\\|y`|",
        "<div class=\"scroll\"><table><thead><tr><th>a</th><th style=\"text-align:right\">b</th></tr></thead><tbody><tr><td>1</td><td style=\"text-align:right\"><code>x|y</code></td></tr></tbody></table></div>"
    )]
    public void Markdown_becomes_html(string markdown, string html) => Assert.Equal(html, Html(markdown));
}
