namespace ITContrast.Notebooks.Messages;

/// <summary>The message types that supervisor and worker exchange; all but the last two are Jupyter's own names.</summary>
public static class MessageTypes
{
    /// <summary>Run a cell: <c>{code, silent?, store_history?}</c>. Answered by <see cref="ExecuteReply"/>.</summary>
    public const string ExecuteRequest = "execute_request";
    /// <summary>The end of a cell: <c>{status: ok|error, execution_count, ename?, evalue?, traceback?}</c>.</summary>
    public const string ExecuteReply = "execute_reply";
    /// <summary>Console text: <c>{name: stdout|stderr, text}</c>.</summary>
    public const string Stream = "stream";
    /// <summary>A displayed value: <c>{data, metadata, transient: {display_id}}</c>.</summary>
    public const string DisplayData = "display_data";
    /// <summary>A new value for an earlier <see cref="DisplayData"/> of the same <c>transient.display_id</c>.</summary>
    public const string UpdateDisplayData = "update_display_data";
    /// <summary>The value of a cell's last expression: <c>{execution_count, data, metadata}</c>.</summary>
    public const string ExecuteResult = "execute_result";
    /// <summary>A failure: <c>{ename, evalue, traceback: [lines]}</c>.</summary>
    public const string Error = "error";
    /// <summary><c>{execution_state: busy|idle}</c>.</summary>
    public const string Status = "status";
    /// <summary><c>{wait}</c>: clear the cell's output.</summary>
    public const string ClearOutput = "clear_output";
    /// <summary>Completions: <c>{code, cursor_pos}</c>.</summary>
    public const string CompleteRequest = "complete_request";
    /// <summary>Documentation of a name: <c>{code, cursor_pos, detail_level}</c>.</summary>
    public const string InspectRequest = "inspect_request";
    /// <summary>Is this text a whole submission: <c>{code}</c>.</summary>
    public const string IsCompleteRequest = "is_complete_request";
    /// <summary>Cancel the running cell in steps; answered at once, the cell's own reply says how it ended.</summary>
    public const string InterruptRequest = "interrupt_request";
    /// <summary>The cell reads a line: <c>{prompt, password}</c>. Answered by <see cref="InputReply"/>.</summary>
    public const string InputRequest = "input_request";
    /// <summary>The line that was typed: <c>{value}</c>.</summary>
    public const string InputReply = "input_reply";
    /// <summary>End the worker.</summary>
    public const string ShutdownRequest = "shutdown_request";
    /// <summary>The worker's first message: it accepts requests. <c>{pid}</c></summary>
    public const string Ready = "ready";
}
