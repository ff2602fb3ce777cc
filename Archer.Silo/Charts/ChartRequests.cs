using System.Globalization;
using Archer.Client;

namespace Archer.Silo.Charts;

/// <summary>What may be asked of a chart.</summary>
internal static class ChartRequests
{
    public const string MediaType = "image/svg+xml";
    private const int UsualWidth = 720;

    /// <param name="width">In pixels; null for the usual one.</param>
    /// <param name="height">In pixels; null for that which belongs to the width.</param>
    /// <exception cref="InvalidRequestException">One of them is no usable number.</exception>
    public static ChartSize ReadSize(string? width, string? height = null)
    {
        var size = width is null ? ChartSize.OfWidth(UsualWidth) : ChartSize.OfWidth(Read("width", width, ChartSize.Narrowest, ChartSize.Widest));
        return height is null ? size : size with { Height = Read("height", height, ChartSize.Lowest, ChartSize.Highest) };
    }

    private static int Read(string name, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) && pixels >= least && pixels <= most ? pixels
        : throw new InvalidRequestException($"{name}: expected a whole number from {least} to {most}");
}
