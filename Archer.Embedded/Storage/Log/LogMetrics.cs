using System.Diagnostics.Metrics;

namespace Archer.Embedded.Storage;

/// <summary>What a log tells System.Diagnostics.Metrics, under the meter <c>Archer.Storage</c>, tagged with the name of its directory.</summary>
internal sealed class LogMetrics(string directory)
{
    private static readonly Meter Meter = new("Archer.Storage");
    private static readonly Counter<long> Records = Meter.CreateCounter<long>("archer.storage.records", "{record}", "Records written to local logs.");
    private static readonly Counter<long> Bytes = Meter.CreateCounter<long>("archer.storage.written", "By", "Bytes written to local logs.");
    private static readonly Histogram<double> FlushTime = Meter.CreateHistogram<double>("archer.storage.flush.time", "s", "Time of one fsync; records per fsync is what group commit saves.");

    private readonly KeyValuePair<string, object?> _tag = new("log", Path.GetFileName(Path.TrimEndingDirectorySeparator(directory)));

    public void Wrote(LogBatch batch)
    {
        Records.Add(batch.Records, _tag);
        Bytes.Add(batch.Length, _tag);
    }

    public void Flushed(TimeSpan time) => FlushTime.Record(time.TotalSeconds, _tag);
}
