namespace ITContrast.Cli.Tests.Jupyter;

/// <summary>A person's session in the browser: cells run, a chart is drawn, a loop is stopped, a name completed.</summary>
public class BrowserTests(InstalledKernel kernel) : IClassFixture<InstalledKernel>
{
    private const int Tab = 9;

    // Where a picture of the page goes at each step; nowhere by default.
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("ITC_TEST_PICTURES");

    [Fact]
    public async Task A_notebook_lives_in_the_browser()
    {
        var python = kernel.Python("notebook", "jupyter-notebook");
        BrowserTab.Program();
        File.Copy(InstalledKernel.Fixture("tour.ipynb"), Path.Combine(kernel.Folder, "tour.ipynb"));
        await using var server = await NotebookServer.StartAsync(kernel, python);
        await using var page = await BrowserTab.OpenAsync($"{server.Url}/notebooks/tour.ipynb");
        await page.UntilAsync("Jupyter.notebook.kernel.info_reply.status === 'ok'");
        Assert.Equal(".net-csharp", (string?)await page.EvaluateAsync("Jupyter.notebook.kernel.name"));

        // Cells run, in order, and the figure is drawn by the plotly.js beside the kernelspec.
        await page.EvaluateAsync("Jupyter.notebook.execute_all_cells()");
        await page.UntilAsync("document.querySelectorAll('.js-plotly-plot .bars .point').length === 2");
        await page.UntilAsync("Jupyter.notebook.get_cell(3).output_area.outputs.map(o => o.text).join('').trim().endsWith('9999')");
        Assert.Equal("after", (string?)await page.EvaluateAsync("document.querySelectorAll('.output_text pre')[0].textContent.trim()"));
        Assert.Equal("Two bars", (string?)await page.EvaluateAsync("document.querySelector('.js-plotly-plot .gtitle').textContent"));
        await page.EvaluateAsync("document.querySelector('.js-plotly-plot').scrollIntoView()");
        await PictureAsync(page, "chart");

        // A tight loop is stopped with the toolbar's button, and what ran before still holds.
        await RunAsync(page, "Console.WriteLine(\"looping\"); while (true) { }");
        await page.UntilAsync("Jupyter.notebook.get_selected_cell().output_area.outputs[0].text.trim() === 'looping'");
        await page.EvaluateAsync("document.querySelector('button[data-jupyter-action=\"jupyter-notebook:interrupt-kernel\"]').click()");
        await page.UntilAsync("Jupyter.notebook.get_selected_cell().output_area.outputs.some(o => o.output_type === 'error')");
        await PictureAsync(page, "interrupted");
        await RunAsync(page, "handle.Id.Length > 0");
        await page.UntilAsync("Jupyter.notebook.get_selected_cell().output_area.outputs[0].data['text/plain'] === 'True'");

        // Tab completes a name that fits alone, and offers those that fit together.
        await EditAsync(page, "handle.Upd");
        await page.PressAsync("Tab", Tab);
        await page.UntilAsync("Jupyter.notebook.get_selected_cell().get_text() === 'handle.Update'");
        await EditAsync(page, "Math.Ta");
        await page.PressAsync("Tab", Tab);
        await page.UntilAsync("['Tan', 'Tanh', 'Tau'].every(n => [...document.querySelectorAll('#complete option')].some(o => o.textContent.trim() === n))");
        await PictureAsync(page, "completion");
    }

    private static async Task EditAsync(BrowserTab page, string code)
    {
        await page.EvaluateAsync(
            "{ const n = Jupyter.notebook; n.insert_cell_at_bottom('code'); n.select(n.ncells() - 1); n.edit_mode(); n.get_selected_cell().focus_editor(); }");
        await page.TypeAsync(code);
        await page.EvaluateAsync("Jupyter.notebook.get_selected_cell().element[0].scrollIntoView()");
    }

    private static async Task RunAsync(BrowserTab page, string code)
    {
        await EditAsync(page, code);
        await page.EvaluateAsync("Jupyter.notebook.get_selected_cell().execute()");
    }

    private static async Task PictureAsync(BrowserTab page, string name)
    {
        if (Pictures is not null)
        {
            await page.ScreenshotAsync(Path.Combine(Pictures, $"{name}.png"));
        }
    }
}
