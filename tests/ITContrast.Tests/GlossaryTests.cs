namespace ITContrast.Tests;

public sealed class GlossaryTests
{
    [Fact]
    public void Words_are_those_of_the_doc_comments()
    {
        GlossaryTerm temperature = Glossary.Temperature;
        Assert.Equal("temperature", temperature.Name);
        Assert.StartsWith("τ, by which scores are divided before a softmax.", temperature.Meaning);
        Assert.EndsWith("all weigh alike.", temperature.Meaning);
        Assert.Equal(["Temperature"], temperature.See);
        Assert.Equal(["FalseNegatives", "Glossary.Mask"], Glossary.FalseNegative.See);
        Assert.Equal("Recall@K", Glossary.RecallAtK.Name);
        Assert.Equal(["DirectionReport.Recall"], Glossary.RecallAtK.See);
    }

    [Fact]
    public void Every_word_has_a_meaning_and_says_where_the_library_has_it()
    {
        Assert.True(Glossary.All.Count >= 25);
        Assert.All(Glossary.All, term =>
        {
            Assert.True(term.Meaning.Length > 20 && term.Meaning.EndsWith('.'), term.ToString());
            Assert.NotEmpty(term.See);
        });
        Assert.Equal(Glossary.All.Count, Glossary.All.Select(term => term.Name).Distinct().Count());
        Assert.Equal("embedding", Glossary.All[0].Name);
    }

    [Fact]
    public void A_notebook_shows_them_escaped()
    {
        GlossaryTerm term = new("a < b", "x & y.", ["List<int>"]);
        Assert.Equal("a < b: x & y. See List<int>.", term.ToMimeBundle()["text/plain"]);
        Assert.Contains("<b>a &lt; b</b>", term.ToMimeBundle()["text/html"]);
        Assert.Contains("<code>List&lt;int&gt;</code>", term.ToMimeBundle()["text/html"]);
        Assert.Contains("<b>hard negative</b>", Glossary.All.ToMimeBundle()["text/html"]);
    }
}
