using System.Diagnostics.Metrics;

namespace Archer.Policy.Generation;

/// <summary>What the engine tells System.Diagnostics.Metrics, under the meter <c>Archer.Policy</c>.</summary>
internal sealed class GenerationMetrics
{
    public const string MeterName = "Archer.Policy";

    private static readonly InstrumentAdvice<int> RowBounds = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512] };
    private static readonly InstrumentAdvice<double> SecondBounds = new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5] };

    private readonly Histogram<int> _batchRows;
    private readonly Histogram<double> _queueTime;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _tokens;
    private readonly Counter<double> _time;

    public GenerationMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _batchRows = meter.CreateHistogram<int>("archer.policy.batch.rows", "{row}", "Rows of one pass of the decoder.", null, RowBounds);
        _queueTime = meter.CreateHistogram<double>("archer.policy.queue.time", "s", "Time that a request waited before its first pass.", null, SecondBounds);
        _requests = meter.CreateCounter<long>("archer.policy.requests", "{request}", "Utterances asked for, by outcome.");
        _tokens = meter.CreateCounter<long>("archer.policy.tokens", "{token}", "Tokens read (prompt), not read again (cached) and said (utterance).");
        _time = meter.CreateCounter<double>("archer.policy.time", "s", "Time of the engine's thread in each phase of its steps: decode, sample, critic.");
    }

    public void Batch(int rows) => _batchRows.Record(rows);

    public void Queued(TimeSpan waited) => _queueTime.Record(waited.TotalSeconds);

    public void Request(string outcome) => _requests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Time(string phase, TimeSpan spent) => _time.Add(spent.TotalSeconds, new KeyValuePair<string, object?>("phase", phase));

    public void Tokens(int prompt, int cached, int utterance)
    {
        _tokens.Add(prompt - cached, new KeyValuePair<string, object?>("kind", "prompt"));
        _tokens.Add(cached, new KeyValuePair<string, object?>("kind", "cached"));
        _tokens.Add(utterance, new KeyValuePair<string, object?>("kind", "utterance"));
    }
}
