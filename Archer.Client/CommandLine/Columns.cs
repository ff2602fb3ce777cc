using Spectre.Console;

namespace Archer.Client.CommandLine;

/// <summary>A table of texts: with lines and colours for a person, as aligned columns for a file or a pipe.</summary>
/// <param name="titles">Titles; one that begins with <c>#</c> is a column of numbers and stands to the right.</param>
internal sealed class Columns(params string[] titles)
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [];

    public int Count => _rows.Count;

    public void Add(params string[] cells) => _rows.Add(cells);

    public void WriteTo(Terminal terminal)
    {
        if (terminal.IsOutputInteractive)
            terminal.Canvas().Write(Draw());
        else
            terminal.Output.Write(Plain());
    }

    /// <summary>For a terminal.</summary>
    public Table Draw()
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var title in titles)
            table.AddColumn(new TableColumn(new Text(Name(title), new Style(decoration: Decoration.Bold))) { Alignment = IsNumber(title) ? Justify.Right : Justify.Left });
        foreach (var row in _rows)
            table.AddRow(row.Select(cell => new Text(cell)));
        return table;
    }

    private string Plain()
    {
        var widths = titles.Select((title, column) => _rows.Select(row => row[column].Length).Append(Name(title).Length).Max()).ToArray();
        var lines = _rows.Prepend([.. titles.Select(Name)])
            .Select(row => string.Join(Gap, row.Select((cell, column) => IsNumber(titles[column]) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        return string.Concat(lines.Select(line => line + Environment.NewLine));
    }

    private static bool IsNumber(string title) => title.StartsWith('#');

    private static string Name(string title) => title.TrimStart('#');
}
