namespace ITContrast.Notebooks.Export;

/// <summary>What cells call without a prefix and a plain program lacks.</summary>
internal static class ProgramFunctions
{
    /// <summary>Names that the program itself gives a meaning.</summary>
    public static readonly string[] Names = ["args", "show"];

    /// <summary>C# source.</summary>
    public const string Source = """

        static class CellFunctions
        {
            public static Shown display(object? value, params string[] mimeTypes)
            {
                Console.WriteLine(Text(value));
                return new();
            }

            public static void show(Action act) => act();

            public static void show<T>(Func<T> value) => display(value());

            public static string HTML(string markup) => markup;

            public static Shown Display(this object? value) => display(value);

            public static Shown DisplayAs(this string text, string mimeType) => display(text, mimeType);

            private static string Text(object? value) => value switch
            {
                null => "null",
                string text => text,
                _ when value.GetType().GetMethod("ToMimeBundle", Type.EmptyTypes)?.Invoke(value, null) is IReadOnlyDictionary<string, string> forms
                    && forms.TryGetValue("text/plain", out var plain) => plain,
                IEnumerable items => string.Join("\n", items.Cast<object?>().Take(20).Select(Text)),
                _ => value.ToString() ?? "",
            };
        }

        sealed class Shown
        {
            public void Update(object? value) => display(value);
        }

        static class Notebook
        {
            public static CancellationToken Cancellation => CancellationToken.None;

            public static string Folder => Environment.CurrentDirectory;

            public static Task Delay(TimeSpan duration) => Task.Delay(duration);
        }

        """;
}
