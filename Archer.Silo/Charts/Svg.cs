using System.Globalization;
using System.Security;
using System.Text;

namespace Archer.Silo.Charts;

/// <summary>
/// Writes one SVG picture, the same bytes for the same calls. Colours are <c>currentColor</c> and the variables <c>--series-1</c> … <c>--series-6</c>,
/// so that a page that puts the picture into its own text decides; on its own the picture follows the viewer's light or dark scheme.
/// </summary>
internal sealed class Svg
{
    /// <summary>Colours that stay apart for colour-blind readers, on light and on dark ground (after Okabe and Ito).</summary>
    public static readonly string[] Light = ["#0072b2", "#c44e00", "#00805c", "#a6478c", "#8a6d00", "#1f5fa8"];

    public static readonly string[] Dark = ["#56b4e9", "#f0964b", "#3fc79a", "#e08cc4", "#e6c84c", "#9bb8ff"];

    private readonly StringBuilder _text = new();

    public Svg(ChartText text, ChartSize size)
    {
        Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size.Width} {size.Height}\" width=\"{size.Width}\" height=\"{size.Height}\"");
        Append($" role=\"img\" aria-labelledby=\"{text.Name}-title {text.Name}-desc\" font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"none\">");
        Append($"<title id=\"{text.Name}-title\">{Escape(text.Title)}</title><desc id=\"{text.Name}-desc\">{Escape(text.Description)}</desc>");
        Append($"<style>:root{{color:#1f2328;{Variables(Light)}}}@media(prefers-color-scheme:dark){{:root{{color:#e6edf3;--chart-ground:#0d1117;{Variables(Dark)}}}}}</style>");
    }

    /// <summary>The variable of a series' colour; numbers past the last begin again.</summary>
    public static string Color(int series) => $"var(--series-{(series % Light.Length) + 1}, {Light[series % Light.Length]})";

    /// <summary>A coordinate, to a tenth of a pixel.</summary>
    public static string Number(double value) => (Math.Round(value, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    public void Line(double x1, double y1, double x2, double y2, string color = "currentColor", double opacity = 0.15, double width = 1, string? dash = null) =>
        Append($"<path d=\"M{Number(x1)} {Number(y1)}L{Number(x2)} {Number(y2)}\" stroke=\"{color}\" stroke-opacity=\"{Number(opacity * 100)}%\" stroke-width=\"{Number(width)}\"{Dash(dash)}/>");

    public void Path(string data, string color, double width = 2, string? dash = null)
    {
        if (data.Length > 0)
        {
            Append($"<path d=\"{data}\" stroke=\"{color}\" stroke-width=\"{Number(width)}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"{Dash(dash)}/>");
        }
    }

    public void Area(string data, string color) => Append($"<path d=\"{data}\" fill=\"{color}\" fill-opacity=\"75%\"/>");

    /// <summary>Dots of one colour in one element: zero-length strokes with round ends.</summary>
    public void Dots(IEnumerable<(double X, double Y)> centres, string color, double radius, int opacityPercent)
    {
        var data = string.Concat(centres.Select(centre => $"M{Number(centre.X)} {Number(centre.Y)}h0"));
        if (data.Length > 0)
        {
            Append($"<path d=\"{data}\" stroke=\"{color}\" stroke-width=\"{Number(2 * radius)}\" stroke-linecap=\"round\" stroke-opacity=\"{opacityPercent}%\"/>");
        }
    }

    public void Text(double x, double y, string text, string anchor = "start", string color = "currentColor") =>
        Append($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"{anchor}\" fill=\"{color}\">{Escape(text)}</text>");

    /// <summary>Text that lies on lines: the ground shows around its letters.</summary>
    public void TextOnLines(double x, double y, string text) =>
        Append($"<text x=\"{Number(x)}\" y=\"{Number(y)}\" text-anchor=\"end\" fill=\"currentColor\" stroke=\"var(--chart-ground, #ffffff)\" stroke-width=\"4\" paint-order=\"stroke\">{Escape(text)}</text>");

    public void Swatch(double x, double y, string color) => Append($"<rect x=\"{Number(x)}\" y=\"{Number(y)}\" width=\"10\" height=\"10\" rx=\"2\" fill=\"{color}\"/>");

    /// <summary>The whole picture; to be called once.</summary>
    public string Close() => _text.Append("</svg>\n").ToString();

    private static string Variables(string[] colors) => string.Concat(colors.Select((color, index) => $"--series-{index + 1}:{color};"));

    private static string Dash(string? dash) => dash is null ? "" : $" stroke-dasharray=\"{dash}\"";

    private static string Escape(string text) => SecurityElement.Escape(text);

    private void Append(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture));
}
