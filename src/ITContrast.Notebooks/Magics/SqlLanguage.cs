using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using ITContrast.Notebooks.Display;
using ITContrast.Notebooks.Worker;
using Microsoft.Data.Sqlite;

namespace ITContrast.Notebooks.Magics;

/// <summary>
/// <c>#!sql</c> cells on an in-memory SQLite. A table-like C# variable (a sequence of records, tuples or dictionaries) can be queried by its
/// name: where a query mentions one and no table has that name, its rows are copied first. <c>#!sql --name top</c> keeps the result as <c>top</c>.
/// </summary>
internal sealed partial class SqlLanguage(Variables variables) : IPolyglot
{
    private const int RowLimit = 1_000_000;
    private readonly Dictionary<string, object?> results = [];
    private readonly HashSet<string> copied = new(StringComparer.OrdinalIgnoreCase);
    private SqliteConnection? connection;

    /// <summary>The name under which the last query's result is kept besides its own.</summary>
    public const string Last = "last";

    /// <inheritdoc/>
    public void Run(CellPart part)
    {
        try
        {
            var database = Open();
            CopyMentioned(part.Text, database);
            using var command = database.CreateCommand();
            command.CommandText = part.Text;
            using var reader = command.ExecuteReader();
            do
            {
                if (reader.FieldCount == 0)
                {
                    continue;
                }
                var rows = Read(reader);
                results[Last] = rows;
                results[part.Option("--name") ?? Last] = rows;
                DisplayHub.Show(MimeBundle.Of(rows));
            }
            while (reader.NextResult());
        }
        catch (SqliteException e)
        {
            throw new CellFailure("SqlError", e.Message, [$"SQL: {e.Message}", .. part.Text.Trim('\n').Split('\n').Select(line => "     | " + line)]);
        }
    }

    /// <inheritdoc/>
    public bool TryGet(string name, out object? value) => results.TryGetValue(name, out value);

    /// <inheritdoc/>
    public void Set(string name, object? value) => Copy(name, value, Open());

    private SqliteConnection Open()
    {
        if (connection is null)
        {
            connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
        }
        return connection;
    }

    private void CopyMentioned(string query, SqliteConnection database)
    {
        var words = Word().Matches(query).Select(match => match.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, _, value) in variables.All().Where(variable => words.Contains(variable.Name) && Table.IsTable(variable.Value)))
        {
            // A table that the user created keeps its name.
            if (copied.Contains(name) || !Exists(name, database))
            {
                Copy(name, value, database);
            }
        }
    }

    private static bool Exists(string name, SqliteConnection database)
    {
        using var command = database.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM sqlite_master WHERE name = $name COLLATE NOCASE";
        command.Parameters.AddWithValue("$name", name);
        return (long)command.ExecuteScalar()! > 0;
    }

    private void Copy(string name, object? value, SqliteConnection database)
    {
        if (!Table.IsTable(value))
        {
            throw new NotebookException(
                $"{name} is no table: expected a sequence of records, tuples or dictionaries, found {value?.GetType().Name ?? "null"}.");
        }
        var rows = ((IEnumerable)value!).Cast<object?>().Take(RowLimit + 1).ToList();
        if (rows.Count > RowLimit)
        {
            throw new NotebookException($"{name} has more than {RowLimit:N0} rows; query a smaller part.");
        }
        var columns = Table.ColumnsOf(rows);
        var names = columns.Select(column => Quote(column.Name)).ToList();
        using var transaction = database.BeginTransaction();
        using var command = database.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            $"DROP TABLE IF EXISTS {Quote(name)}; CREATE TABLE {Quote(name)} ({string.Join(", ", columns.Zip(names, (column, quoted) => $"{quoted} {Affinity(column)}"))})";
        command.ExecuteNonQuery();
        command.CommandText = $"INSERT INTO {Quote(name)} VALUES ({string.Join(", ", columns.Select((_, i) => $"$p{i}"))})";
        var parameters = columns.Select((_, i) => command.Parameters.AddWithValue($"$p{i}", DBNull.Value)).ToList();
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                parameters[i].Value = Stored(columns[i].Value(row));
            }
            command.ExecuteNonQuery();
        }
        transaction.Commit();
        copied.Add(name);
    }

    private static object Stored(object? value) => value switch
    {
        null => DBNull.Value,
        bool flag => flag ? 1L : 0L,
        double or float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        Enum => value.ToString()!,
        IConvertible number when Type.GetTypeCode(value.GetType()) is >= TypeCode.SByte and <= TypeCode.Int64 => Convert.ToInt64(
            number, CultureInfo.InvariantCulture),
        byte[] bytes => bytes,
        _ => PlainText.Of(value),
    };

    private static string Affinity(TableColumn column) => Type.GetTypeCode(Nullable.GetUnderlyingType(column.Type) ?? column.Type) switch
    {
        TypeCode.Single or TypeCode.Double or TypeCode.Decimal => "REAL",
        >= TypeCode.SByte and <= TypeCode.UInt64 when !column.Type.IsEnum => "INTEGER",
        TypeCode.Boolean => "INTEGER",
        TypeCode.String => "TEXT",
        _ => "",
    };

    private static List<Dictionary<string, object?>> Read(SqliteDataReader reader)
    {
        var rows = new List<Dictionary<string, object?>>();
        while (reader.Read() && rows.Count < RowLimit)
        {
            var row = new Dictionary<string, object?>();
            for (var i = 0; i < reader.FieldCount; i++)
            {
                row[reader.GetName(i)] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }
            rows.Add(row);
        }
        return rows;
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    [GeneratedRegex(@"[\p{L}_]\w*")] private static partial Regex Word();
}
