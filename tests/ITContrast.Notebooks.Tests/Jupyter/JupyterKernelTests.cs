using System.Text;
using System.Text.Json.Nodes;

namespace ITContrast.Notebooks.Tests.Jupyter;

public class JupyterKernelTests
{
    private static JsonObject Code(string code, bool silent = false, bool store = true, bool stop = true, JsonObject? expressions = null, bool stdin = true) =>
        new()
    {
        ["code"] = code,
        ["silent"] = silent,
        ["store_history"] = store,
        ["stop_on_error"] = stop,
        ["user_expressions"] = expressions ?? [],
        ["allow_stdin"] = stdin,
    };

    private static string[] Types(IEnumerable<(string Type, JsonObject)> messages) => [.. messages.Select(m => m.Type)];

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_cell_is_announced_run_answered_and_ended_in_that_order(bool tcp)
    {
        await using var client = new KernelClient(new ScriptedEngine(), tcp);
        client.Settle();
        var (type, reply) = client.Request("shell", "execute_request", Code("print hello"));
        var published = client.Published();

        Assert.Equal("execute_reply", type);
        Assert.Equal("ok", (string?)reply["status"]);
        Assert.Equal(1, (int?)reply["execution_count"]);
        Assert.Equal(["status", "execute_input", "stream", "status"], Types(published));
        Assert.Equal("busy", (string?)published[0].Content["execution_state"]);
        Assert.Equal("hello", (string?)published[2].Content["text"]);
    }

    [Fact]
    public async Task Silent_cells_publish_nothing_and_are_not_counted()
    {
        await using var client = new KernelClient(new ScriptedEngine());
        client.Settle();
        Assert.Equal(0, (int?)client.Request("shell", "execute_request", Code("print quiet", silent: true)).Content["execution_count"]);
        Assert.Equal(["status", "status"], Types(client.Published()));
        Assert.Equal(0, (int?)client.Request("shell", "execute_request", Code("print loud", store: false)).Content["execution_count"]);
        Assert.Contains("stream", Types(client.Published()));
        Assert.Equal(1, (int?)client.Request("shell", "execute_request", Code("print counted")).Content["execution_count"]);
    }

    [Fact]
    public async Task What_fails_in_silence_aborts_no_cell()
    {
        var engine = new ScriptedEngine();
        await using var client = new KernelClient(engine);
        client.Settle();
        var before = client.Kernel.LastShellOrder;
        engine.MayFail = () => client.Kernel.LastShellOrder == before + 2;
        client.Send("shell", "execute_request", Code("fail first", silent: true));
        client.Send("shell", "execute_request", Code("print second"));
        Assert.Equal(["error", "ok"], Enumerable.Range(0, 2).Select(_ => (string?)client.Receive("shell").Content["status"]));
    }

    [Fact]
    public async Task A_failure_aborts_the_cells_queued_behind_it_but_no_later_ones()
    {
        var engine = new ScriptedEngine();
        await using var client = new KernelClient(engine);
        client.Settle();
        var before = client.Kernel.LastShellOrder;
        // The first cell fails when all three have reached the kernel.
        engine.MayFail = () => client.Kernel.LastShellOrder == before + 3;
        foreach (var code in (string[])["fail first", "print second", "print third"])
        {
            client.Send("shell", "execute_request", Code(code));
        }

        Assert.Equal(["error", "aborted", "aborted"], Enumerable.Range(0, 3).Select(_ => (string?)client.Receive("shell").Content["status"]));
        Assert.Equal("ok", (string?)client.Request("shell", "execute_request", Code("print fourth")).Content["status"]);
        Assert.Equal(["fail first", "print fourth"], engine.Ran);
    }

    [Fact]
    public async Task A_failure_that_shall_not_stop_leaves_the_queue()
    {
        await using var client = new KernelClient(new ScriptedEngine());
        client.Settle();
        client.Send("shell", "execute_request", Code("fail first", stop: false));
        client.Send("shell", "execute_request", Code("print second"));
        var failure = client.Receive("shell").Content;
        Assert.Equal("error", (string?)failure["status"]);
        Assert.Equal("first", (string?)failure["evalue"]);
        Assert.Equal(["line 1", "line 2"], failure["traceback"]!.AsArray().Select(l => (string?)l));
        Assert.Equal("ok", (string?)client.Receive("shell").Content["status"]);
    }

    [Fact]
    public async Task User_expressions_are_evaluated_after_the_cell()
    {
        await using var client = new KernelClient(new ScriptedEngine());
        client.Settle();
        var expressions = client.Request("shell", "execute_request", Code("print a", expressions: new JsonObject { ["good"] = "result 7", ["bad"] = "fail x" }))
            .Content["user_expressions"]!;
        Assert.Equal("7", (string?)expressions["good"]!["data"]!["text/plain"]);
        Assert.Equal("error", (string?)expressions["bad"]!["status"]);
        Assert.DoesNotContain("execute_result", Types(client.Published()));
    }

    [Fact]
    public async Task Interrupt_ends_a_running_cell_while_heartbeats_go_on()
    {
        var engine = new ScriptedEngine();
        await using var client = new KernelClient(engine);
        client.Settle();
        client.Send("shell", "execute_request", Code("wait"));
        await engine.Waiting.WaitAsync(KernelClient.Patience, TestContext.Current.CancellationToken);
        Assert.Equal("ping", client.Beat("ping"));
        Assert.Equal("interrupt_reply", client.Request("control", "interrupt_request", []).Type);
        Assert.Equal("OperationCanceledException", (string?)client.Receive("shell").Content["ename"]);
    }

    [Fact]
    public async Task A_cell_reads_a_line_that_the_client_types()
    {
        await using var client = new KernelClient(new ScriptedEngine());
        client.Settle();
        client.Send("stdin", "input_reply", new JsonObject { ["value"] = "nobody asked" });
        // Channels are not ordered among each other: unawaited, this line could come when the cell already asks, and would be its answer.
        client.Logged("dropped an input_reply");
        client.Send("shell", "execute_request", Code("ask Name?"));
        var (type, content) = client.Receive("stdin");
        Assert.Equal(("input_request", "Name?"), (type, (string?)content["prompt"]));
        client.Send("stdin", "input_reply", new JsonObject { ["value"] = "Ada" });
        Assert.Equal("ok", (string?)client.Receive("shell").Content["status"]);
        Assert.Contains(client.Published(), m => m.Type == "stream" && (string?)m.Content["text"] == "Ada");
        client.Request("shell", "execute_request", Code("ask Name?", stdin: false));
        Assert.Contains(client.Published(), m => m.Type == "stream" && (string?)m.Content["text"] == "(no input)");
    }

    [Fact]
    public async Task Messages_with_a_bad_signature_are_dropped_and_the_kernel_goes_on()
    {
        var engine = new ScriptedEngine();
        await using var client = new KernelClient(engine);
        client.Settle();
        var forged = client.Wire.Encode([], "execute_request", Code("print forged"), null).ToArray();
        forged[1] = Encoding.ASCII.GetBytes(new string('0', 64));
        client.SendParts("shell", forged);
        client.SendParts("shell", [[1, 2, 3]]);
        var signed = client.Wire.Encode([], "execute_request", Code("print once"), null);
        client.SendParts("shell", signed);
        client.SendParts("shell", signed);

        Assert.Equal(1, (int?)client.Receive("shell").Content["execution_count"]);
        Assert.Equal("kernel_info_reply", client.Request("shell", "kernel_info_request", []).Type);
        Assert.Equal(["print once"], engine.Ran);
        Assert.Equal(3, client.Log.Count(line => line.Contains("dropped")));
    }

    [Fact]
    public async Task History_gives_tails_ranges_and_matches()
    {
        await using var client = new KernelClient(new ScriptedEngine());
        client.Settle();
        foreach (var code in (string[])["print a", "result b", "print a"])
        {
            client.Request("shell", "execute_request", Code(code));
        }

        string Ask(JsonObject content)
        {
            content["raw"] = true;
            return client.Request("shell", "history_request", content).Content["history"]!.ToJsonString();
        }

        Assert.Equal("""[[1,2,"result b"],[1,3,"print a"]]""", Ask(new() { ["hist_access_type"] = "tail", ["n"] = 2, ["output"] = false }));
        Assert.Equal(
            """[[1,2,["result b","b"]]]""",
            Ask(
                new()
                {
                    ["hist_access_type"] = "range",
                    ["start"] = 2,
                    ["stop"] = 3,
                    ["session"] = 0,
                    ["output"] = true,
                }));
        Assert.Equal("""[[1,3,"print a"]]""", Ask(new() { ["hist_access_type"] = "search", ["pattern"] = "*nt ?", ["unique"] = true, ["output"] = false }));
    }

    [Fact]
    public async Task Comms_are_closed_unknown_messages_ignored_and_a_failing_handler_answers()
    {
        await using var client = new KernelClient(new ScriptedEngine());
        client.Settle();
        client.Send("shell", "comm_open", new JsonObject { ["comm_id"] = "c", ["target_name"] = "jupyter.widget", ["data"] = new JsonObject() });
        Assert.Equal(["status", "comm_close", "status"], Types(client.Published()));
        client.Send("shell", "whatever_request", []);
        var failed = client.Request("shell", "inspect_request", new JsonObject { ["code"] = "x", ["cursor_pos"] = 1 });
        Assert.Equal("inspect_reply", failed.Type);
        Assert.Equal("no such symbol", (string?)failed.Content["evalue"]);
        Assert.Contains(client.Log, line => line.Contains("whatever_request"));
    }

    [Fact]
    public async Task Cursors_are_counted_in_code_points()
    {
        await using var client = new KernelClient(new ScriptedEngine());
        client.Settle();
        // The engine echoes its UTF-16 cursor as start and the text's length as end; "𝛕𝛕x" is three code points, five units.
        var reply = client.Request("shell", "complete_request", new JsonObject { ["code"] = "𝛕𝛕x", ["cursor_pos"] = 2 }).Content;
        Assert.Equal(2, (int?)reply["cursor_start"]);
        Assert.Equal(3, (int?)reply["cursor_end"]);
    }

    [Fact]
    public async Task A_figure_gets_html_that_cannot_end_its_script()
    {
        await using var client = new KernelClient(new ScriptedEngine());
        client.Settle();
        client.Request("shell", "execute_request", Code("figure"));
        var data = client.Published().Single(m => m.Type == "display_data").Content["data"]!;
        var html = (string?)data["text/html"];
        Assert.Equal(1, html!.Split("</script>").Length - 1);
        Assert.NotNull(data["application/vnd.plotly.v1+json"]);
    }

    [Fact]
    public async Task Shutdown_is_answered_and_ends_the_kernel()
    {
        await using var client = new KernelClient(new ScriptedEngine());
        client.Settle();
        var (type, content) = client.Request("control", "shutdown_request", new JsonObject { ["restart"] = true });
        Assert.Equal("shutdown_reply", type);
        Assert.True((bool?)content["restart"]);
        await client.Running.WaitAsync(KernelClient.Patience, TestContext.Current.CancellationToken);
    }
}
