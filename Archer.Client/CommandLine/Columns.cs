using Spectre.Console;

namespace Archer.Client.CommandLine;

/// <summary>A table of texts: with lines for a person, where it fits, as aligned columns for a narrow screen, a file or a pipe.</summary>
/// <param name="titles">
/// Titles. One that begins with <c>#</c> is a column of numbers and stands to the right; one that begins with <c>~</c> has sentences, which may go over several lines.
/// </param>
internal sealed class Columns(params string[] titles)
{
    private const string Gap = "  ";
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public void WriteTo(Terminal terminal)
    {
        if (!terminal.IsOutputInteractive)
        {
            terminal.Output.Write(Plain());
            return;
        }
        var canvas = terminal.Canvas();
        if (titles.Any(IsSentence) || Widths().Sum(width => width + 3) < canvas.Profile.Width)
        {
            canvas.Write(Draw());
        }
        else
        {
            terminal.Output.Write(Plain());
        }
    }

    /// <summary>For a terminal.</summary>
    public Table Draw()
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var title in titles)
        {
            table.AddColumn(new TableColumn(new Text(Name(title), new Style(decoration: Decoration.Bold)))
            {
                Alignment = IsNumber(title) ? Justify.Right : Justify.Left,
                NoWrap = !IsSentence(title),
            });
        }
        foreach (var row in _rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }

    private string Plain()
    {
        var widths = Widths();
        var lines = _rows.Prepend([.. titles.Select(Name)])
            .Select(row => string.Join(Gap, row.Select((cell, column) => IsNumber(titles[column]) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
        return string.Concat(lines.Select(line => line + Environment.NewLine));
    }

    private int[] Widths() => [.. titles.Select((title, column) => _rows.Select(row => row[column].Length).Append(Name(title).Length).Max())];

    private static bool IsSentence(string title) => title.StartsWith('~');

    private static bool IsNumber(string title) => title.StartsWith('#');

    private static string Name(string title) => title.TrimStart('#', '~');
}
