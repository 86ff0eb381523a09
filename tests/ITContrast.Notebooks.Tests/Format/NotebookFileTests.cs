using ITContrast.Notebooks.Format;

namespace ITContrast.Notebooks.Tests.Format;

public class NotebookFileTests
{
    private const string Kernel = "\"metadata\":{\"kernelspec\":{\"name\":\".net-csharp\",\"language\":\"C#\"},\"own\":{\"kept\":1}}";

    private static NotebookFile Parse(string text) => NotebookFile.Parse(text, "a.ipynb");

    [Theory]
    [InlineData("{ not json", "not JSON (line 1")]
    [InlineData("[1]", "JSON but no object")]
    [InlineData("{\"nbformat\":3,\"worksheets\":[]}", "nbformat 3; expected 4")]
    [InlineData("{\"nbformat\":4}", "no list of cells")]
    [InlineData("{\"nbformat\":4,\"cells\":[{\"cell_type\":\"strange\",\"source\":\"\"}]}", "cell 1")]
    [InlineData("{\"nbformat\":4,\"cells\":[],\"metadata\":{\"kernelspec\":{\"name\":\"python3\",\"language\":\"python\"}}}", "written for python")]
    public void What_is_no_notebook_of_ours_is_refused_with_a_reason(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<NotebookException>(() => Parse(text)).Message);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("nowhere.ipynb does not exist", Assert.Throws<NotebookException>(() => NotebookFile.Read("nowhere.ipynb")).Message);

    [Fact]
    public void A_missing_kernel_is_taken_for_ours_and_double_ids_are_mended()
    {
        var file = Parse(
            """{"nbformat":4,"nbformat_minor":5,"cells":[{"cell_type":"code","id":"a","source":"1","metadata":{},"outputs":[]},{"cell_type":"code","id":"a","source":"2","metadata":{},"outputs":[]},{"cell_type":"markdown","source":"3","metadata":{}}]}"""
        );
        Assert.Equal(3, file.Cells.Select(cell => cell.Id).Distinct().Count());
        Assert.Equal("a", file.Cells[0].Id);
        Assert.Equal(2, file.Notes.Count);
        Assert.Contains("\".net-csharp\"", file.ToJson());
    }

    [Fact]
    public void Unknown_fields_ids_and_text_survive_a_round_trip()
    {
        var text =
            "{\"cells\":[{\"cell_type\":\"code\",\"id\":\"x1\",\"metadata\":{\"mine\":true},\"source\":[\"var é = 1;\\n\",\"é\"],\"outputs\":[],\"execution_count\":4}],"
            + Kernel
            + ",\"nbformat\":4,\"nbformat_minor\":5}";
        var again = Parse(Parse(text).ToJson());
        Assert.Equal("var é = 1;\né", again.Cells[0].Source);
        Assert.Equal("x1", again.Cells[0].Id);
        Assert.True((bool)again.Cells[0].Node["metadata"]!["mine"]!);
        Assert.Equal(1, (int)again.Metadata["own"]!["kept"]!);
        Assert.Equal(Parse(text).ToJson(), again.ToJson());
        Assert.Contains("é", again.ToJson());
    }

    [Fact]
    public void Writing_leaves_no_temporary_file_and_says_where_it_cannot()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            Parse("{\"nbformat\":4,\"cells\":[]," + Kernel + "}").Write(Path.Combine(folder.FullName, "n.ipynb"));
            Assert.Equal(["n.ipynb"], folder.GetFiles().Select(file => file.Name));
            Assert.Throws<NotebookException>(() =>
                Parse("{\"nbformat\":4,\"cells\":[]," + Kernel + "}").Write(Path.Combine(folder.FullName, "missing", "n.ipynb")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
