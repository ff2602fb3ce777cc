using System.Text;
using Archer.Embedded.Storage;

namespace Archer.Embedded.Tests.Storage;

/// <summary>Opens logs and reads their records as text.</summary>
internal static class LogFiles
{
    public static SegmentedLog Open(string directory, List<string>? records = null, int segmentBytes = 64 << 10, CapturedLog? log = null) =>
        SegmentedLog.Open(
            new SegmentedLogOptions { Directory = directory, SegmentBytes = segmentBytes },
            (_, payload) => records?.Add(Encoding.UTF8.GetString(payload)),
            log);

    public static Task AppendAsync(this SegmentedLog log, string text) => log.Append(Encoding.UTF8.GetBytes(text)).Durable;

    public static async Task<List<string>> ReadAllAsync(string directory, CapturedLog? captured = null)
    {
        var records = new List<string>();
        await using var log = Open(directory, records, log: captured);
        return records;
    }

    /// <summary>Writes records one by one, each in its own batch; returns the length of the file after each, the empty file first.</summary>
    public static async Task<List<long>> WriteAsync(string directory, params string[] records)
    {
        await using var log = Open(directory);
        var ends = new List<long> { log.Length };
        foreach (var record in records)
        {
            await log.AppendAsync(record);
            ends.Add(log.Length);
        }

        return ends;
    }

    public static string Segment(string directory, int number = 1) => Path.Combine(directory, LogSegment.FileName(number));
}
