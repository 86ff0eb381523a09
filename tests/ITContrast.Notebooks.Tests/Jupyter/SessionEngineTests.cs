using System.Text.Json.Nodes;
using ITContrast.Notebooks.Jupyter;

namespace ITContrast.Notebooks.Tests.Jupyter;

/// <summary>The engine on a real worker.</summary>
public class SessionEngineTests
{
    private sealed class Front(bool takesInput, Func<string> answer) : ICellFront
    {
        public List<string> Shown { get; } = [];

        public bool TakesInput => takesInput;

        public void Publish(string type, JsonObject content) =>
            Shown.Add(((string?)content["text"] ?? (string?)content["data"]?["text/plain"] ?? type).TrimEnd());

        public Task<string> AskAsync(string prompt, bool password) => Task.FromResult(answer());
    }

    [Fact]
    public async Task Cells_share_state_read_lines_and_are_asked_about_code()
    {
        await using var engine = new SessionEngine();
        var typed = new Queue<string>(["Ada", "Grace"]);
        var front = new Front(true, typed.Dequeue);
        Assert.True((await engine.ExecuteAsync("Console.Write(\"Name? \"); var name = Console.ReadLine(); name", 1, front)).Succeeded);
        Assert.Equal(["Name?", "Ada"], front.Shown);
        Assert.True((await engine.ExecuteAsync("$\"{name} and {Console.ReadLine()}\"", 2, front)).Succeeded);
        Assert.Equal("Ada and Grace", front.Shown[^1]);

        var mute = new Front(false, () => throw new InvalidOperationException("asked"));
        Assert.True((await engine.ExecuteAsync("Console.ReadLine() is null", 3, mute)).Succeeded);
        Assert.Equal("True", mute.Shown[^1]);

        Assert.Contains("name", (await engine.CompleteAsync("na", 2))["matches"]!.AsArray().Select(m => (string?)m));
        Assert.Contains("string name", (string?)(await engine.InspectAsync("name", 2, 0))["data"]!["text/plain"]);
        var failure = await engine.ExecuteAsync("throw new InvalidOperationException(\"boo\");", 7, mute);
        Assert.Equal(("InvalidOperationException", "boo"), (failure.Name, failure.Value));
        Assert.Contains("[7]", string.Join('\n', failure.Traceback!));
    }

    [Fact]
    public async Task A_dead_worker_fails_its_cell_and_the_next_one_runs()
    {
        await using var engine = new SessionEngine();
        var front = new Front(false, () => "");
        var death = await engine.ExecuteAsync("Environment.FailFast(\"gone\");", 1, front);
        Assert.Equal("WorkerDied", death.Name);
        Assert.True((await engine.ExecuteAsync("1 + 1", 2, front)).Succeeded);
        Assert.Equal("2", front.Shown[^1]);
    }
}
