using ITContrast.Notebooks.Worker;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ITContrast.Notebooks.Tests.Session;

/// <summary>Where the checks that stop a cell are put into its text, and that they change nothing else.</summary>
public class StopChecksTests(SharedSession shared) : IClassFixture<SharedSession>
{
    private const string Check = "global::ITContrast.Notebooks.Worker.StopRequest.Check();";

    [Theory]
    [InlineData("while (a) b();", "while (a) {!b();}")]
    [InlineData("while (a) while (b) c();", "while (a) {!while (b) {!c();}}")]
    [InlineData("for (;;) { }", "for (;;) {! }")]
    [InlineData("for (;;) ;", "for (;;) {!;}")]
    [InlineData("do a(); while (b);", "do {!a();} while (b);")]
    [InlineData("foreach (var (a, b) in c) d();", "foreach (var (a, b) in c) {!d();}")]
    [InlineData("again: goto again;", "again:! goto again;")]
    [InlineData("switch (a) { case 1: case 2: b(); break; }", "switch (a) { case 1: case 2:! b(); break; }")]
    [InlineData("int F(int n) => F(n);", "int F(int n) {!return  F(n);}")]
    [InlineData("void F() => F();", "void F() {! F();}")]
    [InlineData("async Task F() => await F();", "async Task F() {! await F();}")]
    [InlineData("Task F() => F();", "Task F() {!return  F();}")]
    [InlineData("int F() => throw new Exception();", "int F() {! throw new Exception();}")]
    [InlineData("var f = (int a) => { return a; };", "var f = (int a) => {! return a; };")]
    [InlineData("var f = (int a) => a;", "var f = (int a) => a;")]
    [InlineData("try { } finally { while (a) b(); }", "try { } finally { while (a) b(); }")]
    [InlineData("while (a) var b = 1;", "while (a) var b = 1;")]
    [InlineData("[UnmanagedCallersOnly] static void F() { while (a) ; }", "[UnmanagedCallersOnly] static void F() { while (a) ; }")]
    [InlineData("while (a", "while (a")]
    public void Checks_stand_at_the_heads_of_loops_and_functions(string code, string expected) =>
        Assert.Equal(expected.Replace("!", Check, StringComparison.Ordinal), Insert(code));

    [Fact]
    public void Lines_stay_where_they_are()
    {
        const string code = "while (a) // why\n{ // and how\n    b();\n}\n#if DEBUG\nfoo\n#endif\nint F()\n    => // one\n    1;\n";
        var inserted = Insert(code).Split('\n');
        Assert.Equal(code.Split('\n').Length, inserted.Length);
        Assert.Equal("    b();", inserted[2]);
        Assert.EndsWith("// and how", inserted[1]);
    }

    [Fact]
    public async Task Code_with_checks_computes_what_it_did()
    {
        var ran = await shared.RunAsync("""
            using System.Runtime.CompilerServices;
            IEnumerable<int> Squares() { for (var i = 0; ; i++) yield return i * i; }
            ref int At(int[] a, int i) => ref a[i];
            async Task<int> Later(int v) => await Task.FromResult(v);
            string Text(object o, [CallerArgumentExpression(nameof(o))] string? text = null) => text!;
            struct Counter { public int N; public Counter(int n) { N = n; } public int Next() => ++N; }
            var a = new[] { 1, 2, 3 };
            At(a, 1) = 20;
            var sum = 0;
            again:
            if (sum < 10) { sum += new Counter(4).Next(); goto again; }
            System.Linq.Expressions.Expression<Func<int, int>> tree = n => n + 1;
            $"{string.Join(',', Squares().Take(4))} {a[1]} {await Later(5)} {sum} {tree.Compile()(6)} {Text(a.Length)}"
            """);
        Assert.Equal("0,1,4,9 20 5 10 7 a.Length", ran.ResultText);
    }

    [Fact]
    public async Task An_error_behind_a_check_keeps_its_column()
    {
        var ran = await shared.RunAsync("for (var i = 0; i < 2; i++) Console.Write(missing);");
        Assert.Equal("     | " + new string(' ', 42) + "^^^^^^^", ran.Result.Traceback![2]);
    }

    private static string Insert(string code) => StopChecks.Insert(CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(kind: SourceCodeKind.Script)));
}
