using Spectre.Console;

namespace Ingot.Cli.Output;

/// <summary>Rows of text: a table on a terminal, plain columns elsewhere.</summary>
/// <param name="columns">The columns' titles; empty ones for pairs of a name and a value.</param>
internal sealed class Listing(params string[] columns)
{
    private const int Gap = 2;

    // What Spectre puts around a simple table's cells.
    private const int TableGap = 3;

    private readonly List<string[]> _rows = [];

    /// <summary>Columns that a terminal too narrow for all of them leaves out, the first one first. None by default.</summary>
    public IReadOnlyList<string> LessImportant { get; init; } = [];

    /// <summary>A listing without titles, of names and values.</summary>
    public static Listing OfFacts() => new("", "");

    /// <summary>Adds a row; null is an empty cell.</summary>
    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(cell => cell ?? "")]);

    /// <summary>Adds a named value, unless there is none.</summary>
    public void AddFact(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            Add(name, value);
    }

    /// <summary>Prints all of it.</summary>
    public void Print(CommandContext context)
    {
        if (context.IsTerminal)
            PrintTable(context);
        else
            PrintColumns(context);
    }

    private void PrintTable(CommandContext context)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Output) });
        bool hasTitles = columns.Any(column => column.Length > 0);
        var table = new Table { Border = hasTitles ? TableBorder.Simple : TableBorder.None, ShowHeaders = hasTitles };
        int[] shown = ColumnsWithin(console.Profile.Width);
        foreach (int index in shown)
            table.AddColumn(new TableColumn(Markup.Escape(columns[index])));
        foreach (string[] row in _rows)
            table.AddRow(shown.Select(index => Markup.Escape(row[index])).ToArray());
        console.Write(table);
    }

    private int[] ColumnsWithin(int width)
    {
        List<int> shown = [.. Enumerable.Range(0, columns.Length)];
        foreach (string title in LessImportant)
        {
            if (shown.Sum(index => WidthOf(index) + TableGap) <= width)
                break;
            shown.Remove(Array.IndexOf(columns, title));
        }

        return [.. shown];
    }

    private int WidthOf(int column) => _rows.Select(row => row[column].Length).Append(columns[column].Length).Max();

    private void PrintColumns(CommandContext context)
    {
        string[][] lines = columns.Any(column => column.Length > 0) ? [columns, .. _rows] : [.. _rows];
        foreach (string[] line in lines)
            context.Print(string.Concat(line.Select((cell, index) => cell.PadRight(WidthOf(index) + Gap))).TrimEnd());
    }
}
