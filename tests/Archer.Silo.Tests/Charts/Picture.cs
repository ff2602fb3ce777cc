using System.Globalization;
using System.Xml.Linq;

namespace Archer.Silo.Tests.Charts;

/// <summary>Reads an SVG as XML, which it must be.</summary>
internal sealed class Picture(XElement root)
{
    public IEnumerable<string> Texts => root.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value);

    public IEnumerable<(string Data, string? Stroke, string? Width)> Paths => root.Descendants()
        .Where(element => element.Name.LocalName == "path")
        .Select(element => (element.Attribute("d")!.Value, element.Attribute("stroke")?.Value, element.Attribute("stroke-width")?.Value));

    /// <summary>Texts that end at their x.</summary>
    public IEnumerable<(string Text, double X, double Y)> Labels => root.Descendants()
        .Where(element => element.Name.LocalName == "text" && element.Attribute("text-anchor")?.Value == "end")
        .Select(element => (element.Value, (double)element.Attribute("x")!, (double)element.Attribute("y")!));

    public static Picture Read(string svg) => new(XDocument.Parse(svg).Root!);

    public string? Attribute(string name) => root.Attribute(name)?.Value;

    public string? ById(string id) => root.Descendants().SingleOrDefault(element => element.Attribute("id")?.Value == id)?.Value;
}

/// <summary>Contrast of two colours (WCAG 2.2): 4.5 for text, 3 for graphics.</summary>
internal static class Contrast
{
    public static double Of(string one, string other)
    {
        var (light, dark) = (Math.Max(Luminance(one), Luminance(other)), Math.Min(Luminance(one), Luminance(other)));
        return (light + 0.05) / (dark + 0.05);
    }

    private static double Luminance(string color)
    {
        double Channel(int start)
        {
            var value = int.Parse(color.AsSpan(start, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
    }
}
